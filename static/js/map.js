// The map and its index light each other (hover, focus, touch), and a pole's page grows out of its
// row. Everything works without this module: both are plain links already. It listens from the
// document, so that a map put in later is lit too.

let lit = [];
const light = (link) => {
  for (const one of lit) one.removeAttribute("data-lit");
  const twins = link && `:is(svg a.point, .place > a)[href="${link.getAttribute("href")}"]`;
  lit = link ? [...link.closest("[data-atlas]").querySelectorAll(twins)] : [];
  lit = lit.map((one) => one.closest(".place") ?? one);
  for (const one of lit) one.setAttribute("data-lit", "");
};
const found = (target) =>
  target.closest?.("[data-atlas] a.point") ??
  target.closest?.("[data-atlas] .place")?.querySelector("a");
// A page that moves under a still pointer sends pointer events too: the focused pole stays lit.
const focused = () => found(document.activeElement);
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, ({ target }) => light(found(target) ?? focused()));
}
for (const kind of ["pointerout", "focusout"]) {
  document.addEventListener(kind, () => light(focused()));
}

// Under a finger, names are hidden and points are small: the first touch shows whose point it is.
document.addEventListener("click", (event) => {
  const point = event.target.closest("[data-atlas] a.point");
  if (!point || event.pointerType !== "touch" || point.hasAttribute("data-shown")) return;
  event.preventDefault();
  document.querySelector("[data-shown]")?.removeAttribute("data-shown");
  point.setAttribute("data-shown", "");
  light(point);
});

// Name the row one leaves by, or comes back to, so that it turns into the title of the pole's page.
const name = (url, transition) => {
  const row = url && document.querySelector(`.place > a[href="${new URL(url).pathname}"]`);
  if (!row || !transition) return;
  row.setAttribute("data-moving", "");
  const over = () => row.removeAttribute("data-moving");
  for (const promise of [transition.ready, transition.updateCallbackDone]) promise.catch(() => {});
  transition.finished.then(over, over);
};
addEventListener("pageswap", (event) => name(event.activation?.entry.url, event.viewTransition));
addEventListener("pagereveal", (event) =>
  name(globalThis.navigation?.activation?.from?.url, event.viewTransition),
);
