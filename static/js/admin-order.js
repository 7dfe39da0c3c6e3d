// Order by hand: lines go up and down by buttons, or by their grip (mouse, pen, finger). On the
// screen « Ordonner » the form sends its lines as they stand; above the parts of a thing, the list
// only writes the ranks into the form.

const lines = (list) => [...list.children];
const ends = (list) => lines(list).forEach((line, place, { length }) => {
  const [up, down] = line.querySelectorAll("[data-by]");
  up.setAttribute("aria-disabled", place === 0);
  down.setAttribute("aria-disabled", place === length - 1);
});
const settle = (list, line) => {
  ends(list);
  const rank = lines(list).indexOf(line) + 1, { moved, first } = list.dataset;
  list.dispatchEvent(new Event("order:moved", { bubbles: true }));
  list.parentElement.querySelector("[role=status]").textContent = (rank > 1 ? moved : first)
    .replace("{title}", line.querySelector("[data-what]").textContent.trim())
    .replace("{rank}", rank).replace("{total}", list.children.length);
};

const drag = (list, line, { pointerId, clientY }) => {
  const start = lines(list), stop = new AbortController(), { signal } = stop;
  let y = clientY, frame;
  line.classList.add("dragged");
  list.setPointerCapture(pointerId);
  const follow = () => {
    const edge = y < 60 ? -1 : y > innerHeight - 60 ? 1 : 0;
    if (edge) scrollBy({ top: edge * 10, behavior: "instant" });
    const next = lines(list).filter((one) => one !== line).find((one) => {
      const { top, height } = one.getBoundingClientRect();
      return y < top + height / 2;
    }) ?? null;
    if (next !== line.nextElementSibling) list.insertBefore(line, next);
    frame = requestAnimationFrame(follow);
  };
  const end = (taken) => {
    stop.abort();
    cancelAnimationFrame(frame);
    line.classList.remove("dragged");
    if (!taken) list.replaceChildren(...start);
    else if (lines(list).some((one, place) => one !== start[place])) settle(list, line);
  };
  frame = requestAnimationFrame(follow);
  list.addEventListener("pointermove", (event) => { y = event.clientY; }, { signal });
  list.addEventListener("pointerup", () => { cancelAnimationFrame(frame); follow(); end(true); }, { signal });
  list.addEventListener("pointercancel", () => end(false), { signal });
  addEventListener("keydown", ({ key }) => { if (key === "Escape") end(false); }, { signal });
};

const arm = (list) => {
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-by]"), line = button?.closest("li");
    if (!button) return;
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    if (button.dataset.by < 0) line.previousElementSibling.before(line);
    else line.nextElementSibling.after(line);
    button.focus();
    settle(list, line);
  });
  list.addEventListener("pointerdown", (event) => {
    if (event.button || list.querySelector(".dragged") || !event.target.closest("[data-grip]")) return;
    event.preventDefault();
    drag(list, event.target.closest("li"), event);
  });
  list.classList.add("armed");
};

// The screen: leaving with an order that is not saved is asked about.
const form = document.querySelector("[data-order-form]");
document.querySelectorAll("[data-order]").forEach(arm);
if (form) {
  const now = () => new URLSearchParams(new FormData(form)).getAll("order").join();
  const given = "unsaved" in form.dataset ? "" : now();
  let sent = false;
  form.addEventListener("submit", () => { sent = true; });
  addEventListener("beforeunload", (event) => { if (!sent && form.querySelector(".armed") && now() !== given) event.preventDefault(); });
}

// Above the parts of a thing.
const box = document.querySelector("[data-order-parts]"), model = document.querySelector("[data-order-line]");
model?.content.querySelector("input").remove();
for (const button of model?.content.querySelectorAll("button") ?? []) button.type = "button";
const rank = (row) => row.querySelector('[name$="-position"]');
const NAMES = ["title_fr", "name", "name_fr", "label_fr"].map((name) => `[name$="-${name}"]`).join();
const named = (row) => row.querySelector(NAMES)?.value.trim()
  || row.querySelector('[name$="-kind"]')?.selectedOptions[0]?.text
  || row.querySelector(".inline_label").textContent.trim();
const write = (field, value) => {
  if (+field.value === value) return;
  field.value = value;
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
};

const above = (group) => {
  const list = box.content.firstElementChild.cloneNode(true).querySelector("ol"), section = list.parentElement;
  const known = new WeakMap();
  const rows = () => [...group.querySelectorAll(".inline-related:not(.empty-form)")].filter((row) => rank(row));
  const old = (row) => row.querySelector('[name$="-id"]')?.value;
  const shown = () => rows().filter((row) => !row.querySelector('[name$="-DELETE"]')?.checked && (old(row) || +rank(row).value))
    .sort((a, b) => rank(a).value - rank(b).value);
  const draw = () => {
    const wanted = shown().map((row) => {
      if (!known.has(row)) known.set(row, model.content.querySelector("li").cloneNode(true));
      const line = known.get(row), what = line.querySelector("[data-what]");
      if (what.textContent !== named(row)) for (const one of [what, ...line.querySelectorAll("[data-said]")]) one.textContent = named(row);
      what.href = `#${row.id}`;
      return line;
    });
    if (wanted.some((line, place) => line !== list.children[place]) || wanted.length !== list.children.length) list.replaceChildren(...wanted);
    section.hidden = wanted.length < 2;
    ends(list);
  };
  list.addEventListener("order:moved", () => {
    const found = shown(), order = lines(list).map((line) => found.find((row) => known.get(row) === line));
    const had = found.map((row) => +rank(row).value), told = had.every((one, place) => !place || one > had[place - 1]);
    order.forEach((row, place) => write(rank(row), told ? had[place] : place + 1));
  });
  // A part that was added comes last, once something is typed in it: left empty, it stays ignored.
  group.addEventListener("input", ({ target }) => {
    const row = target.closest(".inline-related"), all = rows().map((one) => +rank(one).value);
    if (row && rank(row) && rank(row) !== target && !old(row) && !+rank(row).value)
      write(rank(row), Math.max(...all) + (all.every((one) => one % 10 === 0) && all.length > 1 ? 10 : 1));
  });
  for (const kind of ["input", "change"]) group.addEventListener(kind, () => { if (!section.querySelector(".dragged")) draw(); });
  for (const kind of ["formset:added", "formset:removed"]) document.addEventListener(kind, draw);
  arm(list);
  draw();
  group.querySelector("details > .inline-heading, summary, .inline-heading").after(section);
};

if (box) for (const group of document.querySelectorAll(".inline-group"))
  if (group.querySelector('[name$="-position"]')) above(group);
