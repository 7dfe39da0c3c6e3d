// The directory answers while one asks: the same address, its results put in place.

const form = document.querySelector("[data-directory]");
let turn = 0, wait, shown = location.search;

const show = async (search, back) => {
  shown = search;
  const mine = (turn += 1);
  const text = await (await fetch(location.pathname + search)).text();
  if (mine !== turn) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  const focused = document.activeElement.id;
  const fresh = [...page.querySelectorAll("[data-results]")];
  document.querySelectorAll("[data-results]").forEach((part, rank) => {
    for (const { id } of part.querySelectorAll("[open]")) page.getElementById(id).open = true;
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
