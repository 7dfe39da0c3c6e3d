// What is typed stays in this browser until the server has it (editorial/unsent.py). Each opening of
// a form keeps what was `given` and what is `typed`; rows go by their key, "+0" is the first new one.

const { user } = document.querySelector("[data-user]")?.dataset ?? {};
const box = document.querySelector("[data-found]");
const form = document.querySelector("#content-main > form");
const draft = new URLSearchParams(location.search).get("brouillon") ?? "";
const mine = `kept ${user} `, here = `${mine}${location.pathname}${draft} `;
const ROW = /^(.+)-(\d+|#.+|\+\d+)-([^-=]+)(=.*)?$/, MONTH = 30 * 864e5;

const entries = (start) => Object.keys(localStorage).filter((key) => key.startsWith(start))
  .map((key) => ({ key, ...JSON.parse(localStorage[key]) })).sort((a, b) => b.at - a.at);
const forget = (which) => entries(mine).filter(which).forEach(({ key }) => delete localStorage[key]);

const named = (name) => form.querySelector(`[name="${name}"]`);
const rows = (part, which) => +named(`${part}-${which}_FORMS`).value;
const ticked = ({ type }) => /checkbox|radio/.test(type);
const nameOf = (field) => field.name.replace(ROW, (whole, part, rank, last) => {
  const key = named(`${part}-${rank}-id`);
  return key ? `${part}-${key.value ? `#${key.value}` : `+${rank - rows(part, "INITIAL")}`}-${last}` : whole;
}) + (ticked(field) ? `=${field.value}` : "");
const fields = () => [...form.elements].filter(({ name, type }) => name
  && !/^(csrf|_(?!publish_at))|__prefix__/.test(name) && !/hidden|submit|button|file/.test(type));
const read = (value = "value", checked = "checked", selected = "selected") =>
  Object.fromEntries(fields().map((field) => {
    const chosen = [...(field.options ?? [])].filter((one) => one[selected] && one.value);
    const pairs = chosen.map((one) => [one.value, one.text]).sort();
    const text = field.options ? pairs.length && JSON.stringify(pairs) : field[value];
    return [nameOf(field), (ticked(field) ? field[checked] && "x" : text) || ""];
  }));
const lacking = ({ given, typed }, now = read()) => Object.keys(typed)
  .filter((name) => ![given[name] ?? "", now[name] ?? ""].includes(typed[name]));

const put = (name, text) => {
  const [, part, rank] = name.match(ROW) ?? [];
  const more = rank?.[0] === "+" ? +rank + 1 - rows(part, "TOTAL") + rows(part, "INITIAL") : 0;
  for (let n = 0; n < more; n += 1) document.querySelector(`#${part}-group .add-row a`)?.click();
  const field = fields().find((one) => nameOf(one) === name);
  if (!field) return;
  if (ticked(field)) field.checked = text;
  else field.value = field.options ? "" : text;
  for (const [value, words] of field.options && text ? JSON.parse(text) : []) {
    const known = [...field.options].find((one) => one.value === value);
    (known ?? field.appendChild(new Option(words, value))).selected = true;
  }
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
};
const line = (name, text) => {
  const [, part, , last] = name.match(ROW) ?? [];
  const field = named(part ? `${part}-__prefix__-${last}` : name.split("=")[0]);
  const words = [document.getElementById(`${part}-heading`), field?.labels[0]]
    .map((one) => one?.textContent.trim().replace(/\s*:$/, "")).filter(Boolean);
  const shown = field?.options && text ? JSON.parse(text).map(([, one]) => one).join(", ") : text;
  const item = document.createElement("li");
  item.append(words.join(", ") || name, ticked(field ?? {}) ? "" : ` : ${shown.slice(0, 300)}`);
  return item;
};

const watch = () => {
  const [say, list, choice] = box.children, words = box.dataset;
  let token = words.token || Math.random().toString(36).slice(2), wait, found;
  const given = entries(here + token)[0]?.given
    ?? read("defaultValue", "defaultChecked", "defaultSelected");
  const keep = () => {
    const typed = read();
    if (JSON.stringify(typed) === JSON.stringify(given)) return localStorage.removeItem(here + token);
    localStorage.setItem(here + token, JSON.stringify({ at: Date.now(), given, typed }));
    if (!named("_kept")) form.insertAdjacentHTML("beforeend", '<input type="hidden" name="_kept">');
    named("_kept").value = token;
  };
  const offer = () => {
    found = entries(here).find((one) => one.key !== here + token && lacking(one).length);
    choice.hidden = !found;
    list.replaceChildren(...(found ? lacking(found) : []).map((name) => line(name, found.typed[name])));
    if (!found) return;
    const when = { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
    const at = new Date(found.at).toLocaleString(document.documentElement.lang, when);
    say.textContent = words.found.replace("{when}", at);
  };
  const settle = (told) => {
    localStorage.removeItem(found.key);
    offer();
    say.textContent = found ? say.textContent : told;
    say.focus();
  };
  choice.children[0].addEventListener("click", () => {
    for (const name of lacking(found)) put(name, found.typed[name]);
    keep();
    if (!lacking(found).length) return settle(words.taken);
    list.replaceChildren(...lacking(found).map((name) => line(name, found.typed[name])));
    say.textContent = words.left;
    say.focus();
  });
  choice.children[1].addEventListener("click", () => settle(words.dropped));
  for (const kind of ["input", "change", "click", "keyup"]) document.addEventListener(kind, () => {
    clearTimeout(wait);
    wait = setTimeout(keep, 300);
  });
  form.addEventListener("submit", keep);
  addEventListener("pagehide", () => document.body.dataset.left ?? keep());
  addEventListener("pageshow", ({ persisted }) => { if (persisted) token += "+"; });
  keep();
  forget((one) => one.key.startsWith(here) && one.key !== here + token && !lacking(one).length);
  offer();
};

if (user) {
  const received = document.cookie.match(/(?:^|; )received=([^;]*)/)?.[1];
  forget(({ key, at }) => key.endsWith(` ${received}`) || at < Date.now() - MONTH);
  document.getElementById("logout-form")?.addEventListener("submit", () => {
    document.body.dataset.left = "";
    forget(() => true);
  });
  if (form && box) addEventListener("load", watch);
}
