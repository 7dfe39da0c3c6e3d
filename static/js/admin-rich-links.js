// What texts point to: their names, and the windows that choose a link, a note or a few words.

const picker = document.querySelector("dialog[data-picker]"), asking = document.querySelector("dialog[data-asking]");
const [search, address] = picker.querySelectorAll("input"), found = picker.querySelector("ul");
const [told] = picker.querySelectorAll("[role=status]");
const names = new Map();
let asked, done, wait, listed;

const get = async (query) => {
  const answer = await fetch(`${picker.dataset.picker}?${new URLSearchParams(query)}`);
  return (await answer.json()).found;
};

export const nameOf = (href) => names.get(href);
export const learn = async (text) => {
  const hrefs = [...text.matchAll(/"((?:ref|source):[^"]+)"/g)].map(([, href]) => href);
  const unknown = [...new Set(hrefs)].filter((href) => !names.has(href));
  for (const href of unknown) names.set(href, undefined);
  while (unknown.length) {
    const some = unknown.splice(0, 40);
    try {
      const known = await get(some.map((href) => ["href", href]));
      for (const href of some) names.set(href, known.find((one) => one.href === href) ?? null);
    } catch { for (const href of some) names.delete(href); }
  }
};

const wanted = () => ({ q: search.value, ...(asked === "note" && { note: "" }) });
const fits = (query) => JSON.stringify(query) === JSON.stringify(wanted());
const show = async () => {
  const query = wanted(), words = picker.dataset;
  clearTimeout(wait);
  let targets;
  try { targets = await get(query); } catch { told.textContent = words.failed; return; }
  if (!fits(query)) return;
  listed = query;
  found.replaceChildren(...targets.map((target) => {
    const item = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    button.append(target.title, Object.assign(document.createElement("small"), { textContent: target.kind }));
    button.addEventListener("click", () => choose(target));
    item.append(button);
    return item;
  }));
  told.textContent = targets.length ? words.found.replace("{n}", targets.length) : words.none;
};
const choose = (target) => {
  if (target) names.set(target.href, target);
  picker.close();
  done(target);
};
// "www.ess.fr" and "nous@ess.fr" are what people type; null when it leads nowhere.
const whole = (typed) => {
  const text = typed.trim().replace(/^www\./i, "https://www.").replace(/^[^\s:/@]+@[^\s@]+\.\w+$/, "mailto:$&");
  return /^(https?:\/\/[^\s/.]+\.[^\s]+|mailto:[^\s@]+@[^\s@]+\.\w+|tel:\+?[\d .-]{3,}|\/(?!\/)\S*)$/i.test(text) ? text : null;
};

export const pick = (kind, href) => new Promise((resolve) => {
  [asked, done] = [kind, resolve];
  picker.dataset.kind = kind;
  search.value = "";
  address.value = /^(ref|source):/.test(href ?? "") ? "" : href ?? "";
  address.setCustomValidity("");
  picker.querySelector("[data-unlink]").hidden = kind === "note" || !href;
  told.textContent = "";
  listed = undefined;
  found.replaceChildren();
  picker.showModal();
  search.focus();
  show();
});
search.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(show, 150); });
address.addEventListener("input", () => address.setCustomValidity(""));
picker.addEventListener("close", () => done());
picker.querySelector("[data-unlink]").addEventListener("click", () => choose(null));
picker.addEventListener("submit", async (event) => {
  if (event.submitter?.value === "no") return;
  event.preventDefault();
  const searched = document.activeElement === search && search.value;
  if (searched || !address.value || asked === "note") {
    if (!fits(listed)) await show(); // typed faster than the list follows: the first of the right one
    return found.querySelector("button")?.click();
  }
  const href = whole(address.value);
  if (href) return choose({ href, title: address.value });
  address.setCustomValidity(picker.dataset.bad);
  address.reportValidity();
});
picker.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], all = [search, ...found.querySelectorAll("button")];
  if (!step || !all.includes(event.target)) return;
  event.preventDefault();
  all.at((all.indexOf(event.target) + step) % all.length).focus();
});

// A few words: what an abbreviation means, what a table shows. Undefined when given up.
export const ask = (kind, text) => new Promise((resolve) => {
  const field = asking.querySelector("input");
  asking.querySelector("label").firstChild.textContent = asking.dataset[kind];
  field.value = text ?? "";
  asking.returnValue = "no";
  asking.addEventListener("close", () => resolve(asking.returnValue === "yes" ? field.value.trim() : undefined), { once: true });
  asking.showModal();
});
