// How a reading, its evidence and what is known about it are laid out; nothing here asks the server or decides.
import { make } from "./_page";
import { state, stripOf, type Strip } from "./_strip";
import type { Span } from "./_words";

export interface Correction { start: number; end: number; quote: string; text: string; actor: string }
export interface Verdict { seq: number; mention: string; actor: string; ts: string; verdict: string; kind: string; value: string; reason: string; seen: number; exhibit: string; quote: string }
export interface Beside { segment: string; place: string; speaker: string; text: string; here: boolean; header: boolean }
export interface Words { text: string; first: number; length: number; start: number; end: number; corrections: Correction[] }
export interface Item {
  id: string; segment: string; exhibit: string; kind: string; value: string; quote: string; start: number; end: number;
  kind_machine: string; value_machine: string; status: string; check: string; rule: string; score: number; finder: string;
  review: string; reviewer: string; review_seq: number; turn: string; apart: boolean; entity: string; strip: Strip;
  shown: { how: string; words: Words; picture: string; sound: string; loudness: string; beside: Beside[]; language: string };
  elsewhere: { mention: string; segment: string; start: number; end: number; quote: string; strip: Strip }[];
  verdicts: Verdict[]; tags: { tag: string; finding: string; reason: string; actor: string }[];
}

export const TURNS: Record<string, string> = {
  cited: "a finding cites it", waits: "waits for a person", sample: "random sample", second: "second look", settle: "to settle",
};
const VERDICTS: Record<string, string> = { confirm: "confirmed the reading", reject: "rejected it", correct: "corrected it", attribute: "attributed it" };

export function words(kind: string): string { return kind.replaceAll("_", " "); }

// --- the evidence ---------------------------------------------------------------------------------------------------

/** The words in context; `span` is marked, in code points of the whole segment. */
export function wordsOf(item: Item, span: Span): HTMLElement {
  const held = item.shown.words, all = Array.from(held.text);
  const cut = (from: number, to: number): string => all.slice(Math.max(0, from - held.first), Math.max(0, to - held.first)).join("");
  const place = make("p", { class: "text words", "data-words": item.segment, "data-first": String(held.first), lang: item.shown.language || "und" });
  place.append(cut(held.first, span.start), make("mark", {}, cut(span.start, span.end)), cut(span.end, held.first + all.length));
  return place;
}

export function evidence(item: Item, span: Span, picture: HTMLImageElement | null, play: () => void): Node[] {
  const shown = item.shown;
  const head = make("div", { class: "row head" }, make("span", { class: "turn" }, TURNS[item.turn] ?? item.turn), stripOf(item.strip, span));
  const parts: Node[] = [head];
  if (picture) { picture.className = "crop asked"; picture.alt = `Piece of ${item.exhibit}, ${item.strip.place}: the words “${item.quote}” boxed`; parts.push(picture); }
  if (shown.sound) {
    const button = make("button", { class: "plain", type: "button" }, "Play the seconds ");
    button.append(make("kbd", {}, "space"));
    button.addEventListener("click", play);
    parts.push(make("div", { class: "sound" }, make("img", { src: shown.loudness, alt: "Loudness of the seconds; the words are framed", class: "loudness" }), button));
  }
  parts.push(...(shown.beside.length > 1 ? besides(item, span) : [wordsOf(item, span)]));
  if (shown.words.first > 0 || shown.words.first + Array.from(shown.words.text).length < shown.words.length)
    parts.push(make("p", { class: "hint" }, "The text goes on; the strip above opens it whole."));
  for (const one of shown.words.corrections)
    parts.push(make("p", { class: "hint" }, make("del", { class: "machine" }, one.quote), " reads ", make("b", {}, one.text), ` (corrected by ${one.actor})`));
  return parts;
}

function besides(item: Item, span: Span): Node[] {
  const list = make("ul", { class: `beside ${item.shown.how}` });
  for (const one of item.shown.beside) {
    const line = make("li", { class: one.here ? "here" : one.header ? "header" : "" });
    if (one.speaker || item.shown.how !== "text") line.append(make("span", { class: "speaker" }, one.header ? "header" : one.speaker || one.place));
    line.append(one.here ? wordsOf(item, span) : make("p", { class: "text" }, one.text));
    list.append(line);
  }
  return [list];
}

// --- what is known --------------------------------------------------------------------------------------------------

function fact(list: HTMLElement, name: string, ...value: (Node | string)[]): void {
  if (value.some((one) => typeof one !== "string" || one)) list.append(make("dt", {}, name), make("dd", {}, ...value));
}

export function known(item: Item): Node[] {
  const facts = make("dl", { class: "facts" });
  fact(facts, "Kind", words(item.kind));
  fact(facts, "Written", item.quote);
  fact(facts, "State", state(item.review, item.reviewer));
  if (item.value_machine !== item.value || item.kind_machine !== item.kind)
    fact(facts, "Machine read", make("del", { class: "machine" }, `${words(item.kind_machine)} ${item.value_machine}`));
  fact(facts, "Standing", item.status);
  fact(facts, "Check", item.check);
  fact(facts, "Rule", item.rule);
  fact(facts, "Found by", item.finder);
  fact(facts, "Raw score", item.score >= 0 ? `${(item.score / 10).toFixed(1)} of 100` : "");
  const parts: Node[] = [make("h2", { class: "value" }, item.value), facts];
  if (item.apart) parts.push(make("p", { class: "apart" }, "Another person judged this. You judge it apart: what they said is shown after your own verdict."));
  parts.push(...verdicts(item), ...elsewhere(item), ...tags(item));
  return parts;
}

function verdicts(item: Item): Node[] {
  if (!item.verdicts.length) return item.apart ? [] : [make("p", { class: "quiet" }, "Nobody has judged it yet.")];
  const list = make("ul", { class: "list" });
  for (const one of item.verdicts) {
    const now = one.verdict === "correct" ? `: ${words(one.kind)} ${one.value}` : "";
    list.append(make("li", {}, make("b", {}, one.actor), ` ${VERDICTS[one.verdict] ?? one.verdict}${now}. `, make("span", { class: "quiet" }, `“${one.reason}”, line ${one.seq}`)));
  }
  return [make("h3", {}, "Decisions so far"), list];
}

function elsewhere(item: Item): Node[] {
  if (!item.entity) return [];
  const link = make("a", { href: `/entities/${encodeURIComponent(item.entity)}` }, "all of them");
  const list = make("ul", { class: "list" });
  for (const one of item.elsewhere) list.append(make("li", {}, one.quote, make("br"), stripOf(one.strip, one)));
  return item.elsewhere.length
    ? [make("h3", {}, "The same value elsewhere"), list, make("p", {}, link)]
    : [make("p", { class: "quiet" }, "This value stands nowhere else.")];
}

function tags(item: Item): Node[] {
  if (!item.tags.length) return [];
  const list = make("ul", { class: "list" });
  for (const one of item.tags) list.append(make("li", {}, `${words(one.tag)} `, one.finding ? make("a", { href: `/findings/${one.finding}` }, one.finding) : "", ` (${one.actor}: ${one.reason})`));
  return [make("h3", {}, "Tagged"), list];
}
