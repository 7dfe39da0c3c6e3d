// What the editor understands: the tags of editorial/richtext.py, so that nothing stored is lost.

const attributes = (...names) => () => Object.fromEntries(names.map((name) =>
  [name, { default: null, parseHTML: (element) => element.getAttribute(name) }]));
const ADDRESS = /^(https?:|mailto:|tel:|ref:|\/(?!\/))/i;

// Enter after a term goes to what it means, then to the next term; an empty one ends the list.
const enter = ({ state: { selection, schema, tr }, view }) => {
  const { $from, empty } = selection, { dt, dd, paragraph } = schema.nodes;
  const own = $from.parent.type === dt, depth = $from.depth - (own ? 0 : 1), entry = $from.node(depth);
  if (!empty || !(own || entry.type === dd) || $from.parentOffset < $from.parent.content.size) return false;
  if (!own && $from.parent.content.size) return false;
  const list = $from.node(depth - 1), ends = own && !entry.content.size;
  const made = ends ? paragraph.create() : own ? dd.create(null, paragraph.create()) : dt.create();
  const at = $from.after(ends ? depth - 1 : depth);
  const waits = own && !ends && list.maybeChild($from.index(depth - 1) + 1);
  if (!(waits?.type === dd && !waits.textContent)) tr.insert(at, made);
  tr.setSelection(selection.constructor.near(tr.doc.resolve(at + 1)));
  const spare = ends ? (list.childCount > 1 ? depth : depth - 1) : !own && entry.childCount > 1 && $from.depth;
  if (spare) tr.delete($from.before(spare), $from.after(spare));
  view.dispatch(tr.scrollIntoView());
  return true;
};

export const extensions = (lib) => {
  const { Node, Mark } = lib;
  const mark = (name, names = [], tag = name) => Mark.create({
    name,
    addAttributes: attributes(...names),
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [name, HTMLAttributes, 0],
  });
  const node = (name, content, more) => Node.create({
    name, content, defining: true,
    parseHTML: () => [{ tag: name }],
    renderHTML: () => [name, 0],
    ...more,
  });
  const keys = (of) => ({ addKeyboardShortcuts() { return of(this.editor); } });
  const plain = { addAttributes: () => ({}), addNodeView: null };
  const Link = Mark.create({
    name: "link",
    inclusive: false,
    addAttributes: attributes("href", "hreflang", "lang"),
    parseHTML: () => [{ tag: "a[href]", getAttrs: (a) => ADDRESS.test(a.getAttribute("href")) && null }],
    renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
  });
  const Note = Node.create({
    name: "note", group: "inline", inline: true, atom: true,
    addAttributes: attributes("href"),
    parseHTML: () => [{ tag: 'a[href^="source:"]', priority: 99 }],
    renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes],
  });
  const Table = lib.Table.extend({
    addAttributes: () => ({
      caption: {
        default: null,
        parseHTML: (table) => table.dataset.caption ?? table.caption?.textContent ?? null,
        renderHTML: ({ caption }) => caption ? { "data-caption": caption } : {},
      },
      marked: { // a caption with more than words in it, as long as nobody rewrites it
        default: null,
        parseHTML: (table) => table.dataset.marked ?? (table.caption?.children.length ? table.caption.innerHTML : null),
        renderHTML: ({ marked }) => marked ? { "data-marked": marked } : {},
      },
    }),
    addMenuItems: null,
    parseHTML: () => [{ tag: "table" }, { tag: "caption", ignore: true }],
    ...keys((editor) => ({ // at the last cell, Tab leaves the text
      Tab: () => editor.commands.goToNextCell(),
      "Shift-Tab": () => editor.commands.goToPreviousCell(),
    })),
  });
  return [
    lib.Document, lib.Text, lib.Paragraph, lib.HardBreak, lib.History, lib.Gapcursor, lib.Dropcursor, lib.TrailingNode,
    lib.Heading.extend({
      parseHTML: () => [1, 2, 3, 4, 5, 6].map((n) => ({ tag: `h${n}`, attrs: { level: n < 4 ? 3 : 4 } })),
    }).configure({ levels: [3, 4] }),
    lib.BulletList, lib.OrderedList.extend(plain), lib.Blockquote,
    lib.ListItem.extend({
      content: "block+",
      ...keys((editor) => ({ // Tab must leave the text
        Enter: () => editor.commands.splitListItem("listItem"),
        "Mod-]": () => editor.commands.sinkListItem("listItem"),
        "Mod-[": () => editor.commands.liftListItem("listItem"),
      })),
    }),
    node("dl", "(dt | dd)+", { group: "block", ...keys((editor) => ({ Enter: () => enter(editor) })) }),
    node("dt", "inline*"), node("dd", "block+"),
    Table.configure({ View: null }), lib.TableRow, lib.TableHeader, lib.TableCell,
    Note, Link, mark("abbr", ["title", "lang"]), mark("dfn"),
    lib.Bold, lib.Italic.extend({ addAttributes: attributes("lang") }),
    mark("q", ["lang"]), mark("cite", ["lang"]), mark("sup"), mark("sub"), mark("span", ["lang"], "span[lang]"),
  ];
};

const kids = (element, tags) => [...element.children].every(({ nodeName }) => tags.includes(nodeName));
const group = (tag, rows) => {
  const element = document.createElement(tag);
  element.append(...rows);
  return rows.length ? [element] : [];
};

// The editor's text as it is stored: no paragraph around the only line of an item or a cell.
export const stored = (html, gap) => {
  const { content } = Object.assign(document.createElement("template"), { innerHTML: html });
  for (const p of content.querySelectorAll(":is(li, td, th, dd) > p:first-child")) {
    const { parentNode } = p, lone = parentNode.querySelectorAll(":scope > p").length === 1;
    if (lone && kids(parentNode, ["P", "UL", "OL"])) p.replaceWith(...p.childNodes);
  }
  for (const p of content.querySelectorAll("p:empty, h3:empty, h4:empty")) p.remove();
  for (const table of content.querySelectorAll("table")) {
    const { caption, marked } = table.dataset, rows = [...table.rows];
    const head = kids(rows[0], ["TH"]) ? rows.splice(0, 1) : [];
    for (const cell of head[0]?.cells ?? []) cell.scope = "col";
    for (const row of rows) for (const cell of row.querySelectorAll("th")) cell.scope = "row";
    table.replaceChildren(...group("thead", head), ...group("tbody", rows));
    if (caption) table.createCaption().textContent = caption;
    if (marked) table.caption.innerHTML = marked;
    for (const name of table.getAttributeNames()) table.removeAttribute(name);
  }
  return [...content.children].map((one) => one.outerHTML).join(gap);
};
