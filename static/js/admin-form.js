// Repairs of the admin's form. Its autocompletes are named after their labels, and hold no bare
// cross in their list of choices; a preview asked for is brought into view.

const first = (box, selector) => box.querySelector(selector);
const text = (select) => select.labels[0]?.textContent.replace(/\s*:\s*$/, "") ?? "";

const name = (scope) => scope.querySelectorAll("select.admin-autocomplete").forEach((select) => {
  const box = select.nextElementSibling;
  if (!box?.matches(".select2")) return;
  const shown = first(box, ".select2-selection__rendered"), search = first(box, "input");
  const named = search ?? shown;
  named.setAttribute("aria-label", text(select));
  first(box, ".select2-selection").setAttribute("aria-label", text(select));
  if (!search) first(box, ".select2-selection").removeAttribute("aria-labelledby");
});

for (const select of document.querySelectorAll("select.admin-autocomplete[multiple]"))
  select.dataset.allowClear = "false";
addEventListener("load", () => setTimeout(() => name(document)));
document.addEventListener("formset:added", ({ target }) => name(target));
document.addEventListener("focusin", ({ target }) => {
  if (!target.matches(".select2-dropdown .select2-search__field")) return;
  const select = document.querySelector(".select2-container--open").previousElementSibling;
  if (select?.labels) target.setAttribute("aria-label", text(select));
});

const frame = document.querySelector("iframe[name=apercu]");
document.addEventListener("submit", ({ submitter }) => {
  if (submitter?.formTarget === "apercu") frame?.scrollIntoView({ block: "nearest" });
});

// A link to a field, from the board or from what is to be corrected, unfolds what holds it, shows
// what stands beside it, and puts the keyboard in it, or in what stands in its place.
const typed = (field) => (field.checkVisibility({ visibilityProperty: true }) && !field.matches(".select2-hidden-accessible") ? field
  : field.parentElement.querySelector("[contenteditable=true], .select2-selection") ?? field);
const go = (field) => {
  for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  const place = typed(field);
  (place.closest(".form-row") ?? place).scrollIntoView();
  place.focus({ preventScroll: true });
};
const aimed = (hash) => document.getElementById(hash?.slice(1) ?? "");

const panel = document.querySelector("[data-quality]");
panel?.addEventListener("click", (event) => {
  const field = aimed(event.target.closest("a")?.hash);
  if (!field) return;
  event.preventDefault();
  go(field);
});
addEventListener("load", () => {
  const asked = aimed(location.hash);
  if (panel) panel.focus();
  else if (asked) go(asked);
});
