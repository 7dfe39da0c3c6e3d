// A woven word says its short answer on hover, focus, tap.
const box = document.getElementById("terme");
let page, shown = null, tapped = -1e3;

const look = async (tap) => {
  const term = tap || document.querySelector(".term:is(:hover, :focus-visible), #terme:hover");
  if (term === shown || term === box) return;
  box.hidePopover();
  shown?.removeAttribute("aria-describedby");
  shown = term;
  page ??= fetch(term.pathname).then((r) => r.text());
  const html = new DOMParser().parseFromString(await page, "text/html");
  if (!term || term !== shown) return;
  box.textContent = html.querySelector(term.hash + " .short").firstChild.data;
  box.showPopover();
  term.setAttribute("aria-describedby", "terme");
  const { x, y, bottom } = term.getBoundingClientRect();
  const top = bottom + box.offsetHeight > innerHeight ? y - box.offsetHeight : bottom;
  box.style.translate = `calc(${x}px - ${(100 * x) / innerWidth}%) ${top + scrollY}px`;
};
for (const on of ["mouseover", "focusin", "click"])
  addEventListener(on, (event) => {
    const tap = event.pointerType === "touch" && event.target.closest(".term");
    if (tap && tap !== shown) event.preventDefault();
    if (tap) tapped = event.timeStamp;
    else if (event.timeStamp - tapped < 500) return; // the mouse that a browser plays after a finger
    setTimeout(look, 200, tap);
  });
