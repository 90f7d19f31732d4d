// The line at the foot in which something is written: another value or span, what was missed, a tag, a seal.
import { make } from "./_page";
import type { Change } from "./_decisions";
import { words } from "./_review_shown";
import { selected, type Span } from "./_words";

/** A reading, or a place for one, with the text that it stands in. */
export interface Worded extends Span { segment: string; kind: string; value: string; quote: string; shown: { words: { text: string; first: number } } }
type Field = HTMLInputElement | HTMLSelectElement;

const place = (): HTMLElement => document.getElementById("work") as HTMLElement;
const kinds = (): Node => (document.getElementById("kinds") as HTMLTemplateElement).content.cloneNode(true);
const findings = (): Node => (document.getElementById("findings") as HTMLTemplateElement).content.cloneNode(true);

let after: () => void = () => undefined;
/** Have something done whenever the line is closed: a span that was only tried is no longer marked. */
export function whenClosed(run: () => void): void { after = run; }

export function closed(): void {
  place().hidden = true;
  place().replaceChildren();
  document.getElementById("evidence")?.focus({ preventScroll: true });
  after();
}
export function isOpen(): boolean { return !place().hidden; }

function labelled(label: string, field: HTMLElement): HTMLElement { return make("label", {}, `${label} `, field); }
function choice(options: Node, value: string, name: string): HTMLSelectElement {
  const made = make("select", { name });
  made.append(options);
  if (value) made.value = value;
  return made;
}

function opened(title: string, done: string, fields: HTMLElement[], first: HTMLElement, submit: () => void): void {
  const form = make("form", { class: "row", autocomplete: "off" }, make("b", {}, title), ...fields, make("button", {}, done));
  const cancel = make("button", { class: "plain", type: "button" }, "Leave it ");
  cancel.append(make("kbd", {}, "Esc"));
  cancel.addEventListener("click", closed);
  form.append(cancel);
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); closed(); } });
  place().replaceChildren(form);
  place().hidden = false;
  first.focus();
  if (first instanceof HTMLInputElement) first.select();
}

/** A field that moves a span with the arrow keys, and takes what is selected in the text. */
function spanField(item: Worded, start: Span, changed: (span: Span, quote: string) => void): { field: HTMLElement; span: () => Span } {
  const held = item.shown.words, all = Array.from(held.text), last = held.first + all.length;
  let span = { ...start };
  const field = make("button", { type: "button", class: "plain span", "aria-label": "Words: arrow keys move the end, with shift the beginning, with control both" });
  const quote = (): string => all.slice(span.start - held.first, span.end - held.first).join("");
  const set = (now: Span): void => {
    const first = Math.min(Math.max(held.first, now.start), last - 1);
    span = { start: first, end: Math.min(Math.max(first + 1, now.end), last) };
    field.textContent = `“${quote()}”`;
    changed(span, quote());
  };
  field.addEventListener("keydown", (event) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!by) return;
    event.preventDefault();
    set({ start: span.start + (event.shiftKey || event.ctrlKey ? by : 0), end: span.end + (event.shiftKey ? 0 : by) });
  });
  const chosen = (): void => {
    if (!document.contains(field)) { document.removeEventListener("mouseup", chosen); return; }
    const now = selected();
    if (now?.segment === item.segment) set(now);
  };
  document.addEventListener("mouseup", chosen);
  field.textContent = `“${quote()}”`;
  return { field, span: () => span };
}

export function edit(item: Worded, kept: Change | undefined, changed: (span: Span) => void, done: (change: Change) => void): void {
  const value = make("input", { name: "value", maxlength: "2000", size: "26", spellcheck: "false" });
  const text = make("input", { name: "text", maxlength: "2000", size: "20", spellcheck: "false" });
  const kind = choice(kinds(), kept?.kind ?? item.kind, "kind");
  value.value = kept?.value ?? item.value;
  text.value = kept?.text ?? item.quote;
  let untouched = !kept;
  value.addEventListener("input", () => { untouched = false; });
  const words = spanField(item, kept?.span ?? item, (span, quote) => { changed(span); text.value = quote; if (untouched) value.value = quote; });
  opened("Correct", "Correct", [labelled("Value", value), labelled("Kind", kind), labelled("Words", words.field), labelled("They really are", text)], value,
    () => done({ span: words.span(), value: value.value.trim(), kind: kind.value, text: text.value }));
}

/** `begun` are the words that were selected; without them the line begins at the word behind the reading. */
export function add(item: Worded, begun: Span | null, changed: (span: Span) => void, done: (change: Change) => void): void {
  const kind = choice(kinds(), "person_name", "kind");
  const value = make("input", { name: "value", maxlength: "2000", size: "24", placeholder: "as the words say", spellcheck: "false" });
  const words = spanField(item, begun ?? nextWord(item), (span) => changed(span));
  opened("Add what was missed", "Add", [labelled("Words", words.field), labelled("Kind", kind), labelled("Value", value)], words.field,
    () => done({ span: words.span(), value: value.value.trim(), kind: kind.value, text: "" }));
}

/** The word behind the reading; the first word of the text where none is. */
function nextWord(item: Worded): Span {
  const held = item.shown.words, all = Array.from(held.text), blank = (one: string | undefined): boolean => !one || /\s/.test(one);
  let start = item.end - held.first;
  while (start < all.length && blank(all[start])) start++;
  if (start >= all.length) for (start = 0; start < all.length - 1 && blank(all[start]); start++);
  let end = start + 1;
  while (end < all.length && !blank(all[end])) end++;
  return { start: held.first + start, end: held.first + end };
}

export function tag(done: (finding: string, tag: string, reason: string) => void): boolean {
  const options = findings();
  if (!options.childNodes.length) return false;
  const finding = choice(options, "", "finding"), what = make("select", { name: "tag" }), reason = make("input", { name: "why", maxlength: "2000", size: "30", required: "" });
  for (const one of ["supports", "undermines", "assists_defence", "neutral"]) what.append(make("option", { value: one }, words(one)));
  opened("Tag for a finding", "Tag", [labelled("It", what), finding, labelled("Reason", reason)], what, () => done(finding.value, what.value, reason.value));
  finding.setAttribute("aria-label", "Finding");
  return true;
}

export function seal(item: { segment: string; exhibit: string }, done: (what: string, kind: string, reason: string) => void): void {
  const what: Field = make("select", { name: "what" }), kind = make("select", { name: "seal" }), reason = make("input", { name: "why", maxlength: "2000", size: "34", required: "" });
  what.append(make("option", { value: item.segment }, `this segment, ${item.segment}`), make("option", { value: item.exhibit }, `all of ${item.exhibit}`));
  for (const one of ["privileged", "out-of-scope", "abuse"]) kind.append(make("option", { value: one }, one));
  opened("Seal", "Seal", [labelled("What", what), labelled("Kind", kind), labelled("Reason", reason)], kind, () => done(what.value, kind.value, reason.value));
}
