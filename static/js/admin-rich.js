// A long text in a friendly editor, over its textarea, which keeps the text: the form sends it, the
// keeper reads it, and without scripts it is there. Editors start when they come into view.

const kit = document.querySelector("template[data-modules]");
const modules = () => Promise.all(kit.dataset.modules.split(" ").map((address) => import(address)));

const DO = {
  h3: (run) => run.toggleHeading({ level: 3 }), h4: (run) => run.toggleHeading({ level: 4 }),
  ul: (run) => run.toggleBulletList(), ol: (run) => run.toggleOrderedList(),
  blockquote: (run) => run.toggleBlockquote(), undo: (run) => run.undo(), redo: (run) => run.redo(),
  table: (run) => run.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
  dl: (run) => run.insertContent({ type: "dl", content: [{ type: "dt" }, { type: "dd", content: [{ type: "paragraph" }] }] })
    .command(({ tr, tr: { selection } }) => tr.setSelection(selection.constructor.near(tr.doc.resolve(selection.$from.before(-2) + 2)))),
  row: (run) => run.addRowAfter(), column: (run) => run.addColumnAfter(), headers: (run) => run.toggleHeaderColumn(),
  unrow: (run) => run.deleteRow(), uncolumn: (run) => run.deleteColumn(), untable: (run) => run.deleteTable(),
};
const IS = {
  h3: ["heading", { level: 3 }], h4: ["heading", { level: 4 }], ul: ["bulletList"], ol: ["orderedList"],
  blockquote: ["blockquote"], table: ["table"], dl: ["dl"], link: ["link"], note: ["note"], abbr: ["abbr"],
};

let started = 0;
const start = async (area) => {
  const [lib, { extensions, stored }, { ask, learn, nameOf, pick }, { cleaned }] = await modules();
  const box = kit.content.firstElementChild.cloneNode(true), bar = box.querySelector("[role=toolbar]");
  const where = box.querySelector("[role=status]"), tools = [...bar.querySelectorAll("button")];
  const label = area.labels[0], focused = document.activeElement === area;
  const told = ["describedby", "invalid"].map((name) => [`aria-${name}`, area.getAttribute(`aria-${name}`)]);
  if (label) {
    label.id ||= `rich-label-${++started}`; // not after its row: rows are numbered again
    bar.ariaLabel += `, ${label.textContent.replace(/\s*:\s*$/, "")}`;
  }
  let given = area.value, shown = given, first, gap;

  const { Decoration, DecorationSet } = lib.pm.view;
  const named = ({ doc }) => {
    const found = [];
    doc.descendants((node, at) => {
      const href = node.attrs.href ?? node.marks.find(({ type }) => type.name === "link")?.attrs.href;
      const target = href && nameOf(href);
      if (!href || (target === undefined && node.isText)) return;
      const asked = target === undefined; // its name is on its way; a note says its key meanwhile
      const title = asked ? href.split(":")[1] : target?.title ?? box.dataset.dead;
      const about = { title, class: asked || target ? "known" : "dead" };
      const end = at + node.nodeSize;
      found.push(node.isText ? Decoration.inline(at, end, about)
        : Decoration.node(at, end, { ...about, "data-name": title, tabindex: "-1", "aria-label": `${box.dataset.note} ${title}` }));
    });
    return DecorationSet.create(doc, found);
  };
  const Names = lib.Extension.create({
    name: "names",
    addProseMirrorPlugins: () => [new lib.Plugin({ props: { decorations: named } })],
    addKeyboardShortcuts: () => ({ "Mod-k": () => { press("link"); return true; } }),
  });
  const refresh = (text) => learn(text).then(() => editor.isDestroyed || editor.view.dispatch(editor.state.tr));

  const text = () => stored(editor.getHTML(), gap);
  const settle = () => { // an untouched text goes back as it came, to the letter
    given = shown = area.value;
    gap = />\s*\n\s*</.test(given) ? "\n" : "";
    first = text();
    refresh(given);
  };
  const attributes = {
    role: "textbox", "aria-multiline": "true", ...(label && { "aria-labelledby": label.id }),
    ...Object.fromEntries(told.filter(([, value]) => value)),
    lang: area.name.match(/_(\w\w)$/)?.[1] ?? document.documentElement.lang,
  };
  const about = () => {
    const link = editor.isActive("link") ? editor.getAttributes("link").href : editor.getAttributes("note").href;
    const target = link && nameOf(link);
    where.textContent = !link ? "" : target === null ? box.dataset.dead : `→ ${target?.title ?? link}`;
    for (const tool of tools) {
      const { do: what, mark, lang } = tool.dataset;
      const on = mark ? editor.isActive(mark, lang ? { lang } : {}) : IS[what] && editor.isActive(...IS[what]);
      if (on !== undefined) tool.setAttribute("aria-pressed", on);
    }
    bar.querySelector("[data-table]").hidden = !editor.isActive("table");
  };
  area.before(box);
  box.append(area);
  const editor = new lib.Editor({
    element: box.querySelector("[data-text]"),
    extensions: [...extensions(lib), Names],
    content: given,
    injectCSS: false, enableInputRules: false, enablePasteRules: false,
    editable: !area.disabled,
    editorProps: { attributes, transformPastedHTML: cleaned },
    onUpdate() {
      const now = text();
      shown = now === first ? given : now;
      if (area.value === shown) return;
      area.value = shown;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      refresh(shown);
    },
    onTransaction: () => editor && about(),
  });
  settle();

  const LONG = {
    async link() {
      const { href } = editor.getAttributes("link"), target = await pick("link", href);
      const run = editor.chain().focus();
      if (target === undefined) return run.run();
      if (href) run.extendMarkRange("link");
      if (!target) return run.unsetMark("link").run();
      const link = { type: "link", attrs: { href: target.href } };
      if (href || !editor.state.selection.empty) return run.unsetMark("link").setMark("link", link.attrs).run();
      run.insertContent({ type: "text", text: target.title, marks: [link] }).run();
    },
    async note() {
      const target = await pick("note"), run = editor.chain().focus();
      const old = editor.isActive("note");
      if (target && !old) run.setTextSelection(editor.state.selection.to);
      (target ? run.insertContent({ type: "note", attrs: { href: target.href } }) : run).run();
    },
    async abbr() {
      const { title } = editor.getAttributes("abbr"), said = await ask("abbr", title);
      const run = editor.chain().focus();
      if (said === undefined || (!title && editor.state.selection.empty)) return run.run();
      if (title) run.extendMarkRange("abbr");
      (said ? run.setMark("abbr", { title: said }) : run.unsetMark("abbr")).run();
    },
    async caption() {
      const { caption } = editor.getAttributes("table"), said = await ask("caption", caption), run = editor.chain().focus();
      if (said !== undefined && said !== caption) run.updateAttributes("table", { caption: said || null, marked: null });
      run.run();
    },
    html() {
      const raw = box.classList.toggle("as-html");
      bar.querySelector("[data-do=html]").setAttribute("aria-pressed", raw);
      raw ? area.focus() : editor.commands.focus();
    },
    more() {
      const more = bar.querySelector("[data-more]");
      more.hidden = !more.hidden;
      bar.querySelector("[data-do=more]").setAttribute("aria-expanded", !more.hidden);
    },
  };
  const press = (what, mark, lang) => {
    if (LONG[what]) return LONG[what]();
    const run = editor.chain();
    (mark ? run.toggleMark(mark, lang ? { lang } : {}) : DO[what](run)).run();
    editor.view.focus(); // at once: the library's own waits for a frame, and keys typed meanwhile are lost
  };
  for (const kind of ["click", "auxclick"]) box.addEventListener(kind, (event) => {
    if (event.target.closest("a")) event.preventDefault(); // here a link is chosen, not followed
  });
  bar.addEventListener("click", ({ target }) => {
    const tool = target.closest("button");
    if (tool) press(tool.dataset.do, tool.dataset.mark, tool.dataset.lang);
  });
  bar.addEventListener("keydown", (event) => {
    const there = tools.filter((tool) => tool.checkVisibility()), at = there.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    there.at(to % there.length).focus();
  });
  bar.addEventListener("focusin", ({ target }) => tools.forEach((tool) => { tool.tabIndex = tool === target ? 0 : -1; }));
  tools.forEach((tool, rank) => { tool.tabIndex = rank ? -1 : 0; });
  area.tabIndex = -1;
  area.addEventListener("focus", () => box.classList.contains("as-html") || editor.commands.focus());
  for (const kind of ["input", "change"]) area.addEventListener(kind, () => {
    if (area.value === shown) return;
    editor.chain().setMeta("addToHistory", false).setContent(area.value, { emitUpdate: false }).run();
    settle();
  });
  about();
  if (focused) editor.commands.focus();
};

if (kit) {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      start(target);
    }
  }, { rootMargin: "300px" });
  const watch = (scope) => scope.querySelectorAll("textarea[data-rich]").forEach((area) => seen.observe(area));
  watch(document);
  document.addEventListener("formset:added", ({ target }) => watch(target));
}
