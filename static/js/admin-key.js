// Shows what asks for a key where the browser has any, and says when the key did not answer.
const problem = document.querySelector("[data-key-problem]");

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-key]")) part.hidden = false;
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  problem.hidden = false;
});
