// The map and its index light each other (hover, focus, touch), and a pole's page grows out of its
// row. Everything works without this module: both are plain links already.

const address = (link) => link.getAttribute("href");

for (const atlas of document.querySelectorAll("[data-atlas]")) {
  const partners = new Map();
  for (const link of atlas.querySelectorAll("svg a.point, .place > a")) {
    const shown = link.closest(".place") ?? link;
    partners.set(address(link), [...(partners.get(address(link)) ?? []), shown]);
  }
  let lit = [];
  const light = (link) => {
    for (const one of lit) one.removeAttribute("data-lit");
    lit = (link && partners.get(address(link))) || [];
    for (const one of lit) one.setAttribute("data-lit", "");
  };
  const found = (event) =>
    event.target.closest("a.point") ?? event.target.closest(".place")?.querySelector("a");
  atlas.addEventListener("pointerover", (event) => light(found(event)));
  atlas.addEventListener("pointerleave", () => light(null));
  atlas.addEventListener("focusin", (event) => light(found(event)));
  atlas.addEventListener("focusout", () => light(null));

  // Under a finger, names are hidden and points are small: the first touch shows whose point it is.
  atlas.addEventListener("click", (event) => {
    const point = event.target.closest("a.point");
    if (!point || event.pointerType !== "touch" || point.hasAttribute("data-shown")) return;
    event.preventDefault();
    atlas.querySelector("[data-shown]")?.removeAttribute("data-shown");
    point.setAttribute("data-shown", "");
    light(point);
  });
}

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
