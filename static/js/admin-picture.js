// Pictures in the admin: dropped on their field, aimed at by a click or the arrows, seen as they will
// be cut; and the thumbnail of the one a page or a pole has chosen.

const WIDE = 3 / 2, LARGEST = 900, MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const within = (value, most) => Math.min(Math.max(value, 0), most);

for (const box of document.querySelectorAll("[data-picture-input]")) {
  const input = box.querySelector("[type=file]"), drop = box.querySelector(".drop");
  const aim = box.querySelector(".aim"), marker = aim.querySelector("button");
  const [whole, cut] = aim.querySelectorAll("canvas"), say = box.querySelector("[role=status]");
  const [across, down] = ["x", "y"].map((axis) => document.getElementById(`id_focus_${axis}`));
  const words = box.dataset;
  let picture;

  const draw = () => {
    if (!picture) return;
    const [x, y] = [across, down].map(({ value }) => within(Math.round(value) || 0, 100));
    const { width, height } = whole;
    const wide = Math.min(width, height * WIDE), high = wide / WIDE;
    const left = within(width * x / 100 - wide / 2, width - wide);
    const top = within(height * y / 100 - high / 2, height - high);
    cut.getContext("2d").drawImage(whole, left, top, wide, high, 0, 0, cut.width, cut.height);
    Object.assign(marker.style, { left: `${x}%`, top: `${y}%` });
  };
  const set = (x, y) => {
    [across.value, down.value] = [x, y].map((value) => within(Math.round(value), 100));
    across.dispatchEvent(new Event("input", { bubbles: true }));
    say.textContent = words.aimed.replace("{x}", across.value).replace("{y}", down.value);
  };
  const show = (source) => {
    const ratio = Math.min(1, LARGEST / Math.max(source.width, source.height));
    [whole.width, whole.height] = [source.width * ratio, source.height * ratio].map(Math.round);
    [cut.width, cut.height] = [480, 320];
    whole.getContext("2d").drawImage(source, 0, 0, whole.width, whole.height);
    [picture, aim.hidden] = [source, false];
    draw();
  };
  const take = async () => {
    const [file] = input.files;
    if (!file) return;
    say.textContent = words.taken.replace("{name}", file.name);
    try {
      show(await createImageBitmap(file));
    } catch {
      [picture, aim.hidden, say.textContent] = [null, true, words.unread];
    }
  };

  drop.querySelector("span").hidden = false;
  input.addEventListener("change", take);
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) box.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", /over|enter/.test(kind));
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });
  for (const field of [across, down]) field?.addEventListener("input", draw);
  whole.addEventListener("click", ({ offsetX, offsetY }) => {
    set(100 * offsetX / whole.clientWidth, 100 * offsetY / whole.clientHeight);
    marker.focus();
  });
  marker.addEventListener("keydown", (event) => {
    const move = MOVES[event.key], step = event.shiftKey ? 10 : 1;
    if (!move) return;
    event.preventDefault();
    set(+across.value + move[0] * step, +down.value + move[1] * step);
  });
  if (words.shown) {
    const saved = new Image();
    saved.addEventListener("load", () => picture ?? show(saved));
    saved.src = words.shown;
  }
}

const CHOICE = "select.admin-autocomplete[data-field-name=image]";
const illustrate = (select) => {
  const row = select.closest(".related-widget-wrapper");
  if (!row || select.name.includes("__prefix__")) return;
  const shown = row.parentElement.querySelector(".thumbnail") ?? new Image();
  Object.assign(shown, { className: "thumbnail", alt: "", hidden: !select.value });
  if (select.value) shown.src = `${select.getAttribute("data-ajax--url").replace("autocomplete/", "")}editorial/image/${select.value}/vignette/`;
  row.after(shown);
};
document.querySelectorAll(CHOICE).forEach(illustrate);
window.django?.jQuery(document).on("change", CHOICE, ({ target }) => illustrate(target));
