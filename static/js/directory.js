// The directory answers while one asks: the same address, its results put in place.

const form = document.querySelector("[data-directory]");
let turn = 0, wait, shown = location.search;

const show = async (search, back) => {
  shown = search;
  const mine = (turn += 1);
  const answer = await fetch(location.pathname + search).catch(() => null);
  const text = answer?.ok && (await answer.text().catch(() => null));
  if (mine !== turn) return;
  const page = new DOMParser().parseFromString(text || "", "text/html");
  const fresh = [...page.querySelectorAll("[data-results]")];
  if (!fresh.length) return location.reload(); // the browser says best what is wrong
  const focused = document.activeElement.id;
  document.querySelectorAll("[data-results]").forEach((part, rank) => {
    for (const { id } of part.querySelectorAll("[open]")) page.getElementById(id)?.setAttribute("open", "");
    part.replaceWith(fresh[rank]);
  });
  if (focused) (document.getElementById(focused) ?? form.elements.q).focus();
  if (back) for (const id of ["q", "autour", "tri"]) form[id].value = page.getElementById(id).value;
  const count = "[data-count]";
  document.querySelector(count).innerHTML = page.querySelector(count).innerHTML;
};

form?.addEventListener("input", ({ target }) => {
  const typed = target.type === "search";
  clearTimeout(wait);
  wait = setTimeout(() => {
    const asked = [...new FormData(form)].filter(([, value]) => value);
    const search = asked.length ? `?${new URLSearchParams(asked)}` : "";
    if (search === shown) return;
    const how = typed && history.state?.typed ? "replaceState" : "pushState";
    history[how]({ typed }, "", location.pathname + search);
    show(search);
  }, typed ? 300 : 0);
});
if (form) addEventListener("popstate", () => location.search !== shown && show(location.search, true));
// Where filters open over the page, one left open would hide what has the focus.
const over = matchMedia("(width >= 48rem)");
form?.addEventListener("focusout", ({ target, relatedTarget: to }) => {
  const left = over.matches && target.closest(".facet[open]");
  if (left && to && !left.contains(to)) left.open = false;
});
