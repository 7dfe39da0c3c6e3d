// What is pasted, without what Word, LibreOffice, Google Docs and web pages put around it.

const BLOCKS = "p, h1, h2, h3, h4, h5, h6";
const words = (text) => text.replace(/[ \t\r\n\u00a0]*\u00a0[ \t\r\n\u00a0]*/g, (run, at) => {
  const before = text[at - 1] ?? "", after = text[at + run.length] ?? "";
  return /[;:!?»%€]/.test(after) || before === "«" || (run.length === 1 && /\d/.test(before)) ? "\u00a0" : " ";
});

// Word writes a list as paragraphs that begin with a typed bullet or number.
const list = (paragraph) => {
  const items = [];
  const of = (one) => one?.matches?.("p") && one.dataset.style?.match(/mso-list:\s*l\d+\s+level(\d)/i);
  for (let one = paragraph; of(one); one = one.nextElementSibling) items.push([one, +of(one)[1]]);
  const open = [];
  for (const [one, level] of items) {
    const ignored = one.querySelector('[data-style*="mso-list:Ignore" i]');
    const tag = /^\W*\w{1,3}[.)]/.test(ignored?.textContent.trim() ?? "") ? "ol" : "ul";
    ignored?.remove();
    while (open.length && open.at(-1).level > level) open.pop();
    if (!open.length || open.at(-1).level < level) {
      const made = document.createElement(tag);
      if (open.length) open.at(-1).made.lastElementChild.append(made);
      else paragraph.before(made);
      open.push({ level, made });
    }
    const item = document.createElement("li");
    item.append(...one.childNodes);
    open.at(-1).made.append(item);
  }
  for (const [one] of items) one.remove();
};

// The policy of the page holds for what is parsed too: styles are read as plain data.
const inert = (html) => html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) =>
  tag.replace(/\s(style|on\w+)\s*=/gi, " data-$1="));
const wrap = (one, tag) => {
  const made = document.createElement(tag);
  made.append(...one.childNodes);
  one.append(made);
};
const bare = (one) => one.replaceWith(...one.childNodes);

export const cleaned = (html) => {
  if (html.includes("data-pm-slice")) return html; // from one text of ours to another
  const { body } = new DOMParser().parseFromString(inert(html), "text/html");
  const all = (selector) => body.querySelectorAll(selector);
  for (const one of all("img, picture, svg, style, script, title, col, button, .Apple-interchange-newline")) one.remove();
  for (const one of all("p")) if (body.contains(one)) list(one);
  for (const one of all("[lang]")) one.removeAttribute("lang");
  for (const one of all("[data-style]")) {
    const { style } = one.dataset, inline = !one.matches(`${BLOCKS}, li, td, th, table, div, body`);
    if (/font-weight:\s*(bold|[6-9]\d\d)/i.test(style) && inline && !one.matches("b, strong")) wrap(one, "strong");
    if (/font-style:\s*italic/i.test(style) && inline && !one.matches("i, em")) wrap(one, "em");
    if (/(^|;)\s*font-weight:\s*(normal|400)/i.test(style) && one.matches("b")) bare(one);
  }
  for (const one of all(":is(h1, h2, h3, h4, h5, h6) :is(b, strong)")) bare(one);
  const walk = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) walk.currentNode.data = words(walk.currentNode.data);
  for (const one of all(BLOCKS)) if (!one.textContent.trim()) one.remove();
  for (const one of all("br")) if (!one.closest(`${BLOCKS}, li, td, th, dd, dt`)) one.remove();
  for (const row of all("table tr:first-child")) {
    const cells = [...row.cells], bold = (cell) => cell.matches("th")
      || [...cell.querySelectorAll("b, strong")].some((one) => one.textContent.trim() === cell.textContent.trim());
    if (row.closest("table").rows[0] !== row || !cells.length || !(row.closest("thead") || cells.every(bold))) continue;
    for (const cell of cells) {
      const head = document.createElement("th");
      head.textContent = cell.textContent.trim();
      cell.replaceWith(head);
    }
  }
  for (const cell of all("[rowspan]")) cell.removeAttribute("rowspan");
  return body.innerHTML;
};
