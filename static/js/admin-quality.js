// The panel of what is to be corrected: it is shown and heard first, and its links put the keyboard
// in the field itself, whatever is folded around it or stands in its place.

const panel = document.querySelector("[data-quality]");
const open = (field) => {
  for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
};
const typed = (field) => (field.checkVisibility({ visibilityProperty: true }) && !field.matches(".select2-hidden-accessible") ? field
  : field.parentElement.querySelector("[contenteditable=true], .select2-selection") ?? field);

panel?.focus();
panel?.addEventListener("click", (event) => {
  const field = document.getElementById(event.target.closest("a")?.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  open(field);
  const place = typed(field);
  place.scrollIntoView({ block: "center" });
  place.focus({ preventScroll: true });
});
