// What a person decides of a reading as it is sent to the server, and the line for the reason: the same in Review and beside the evidence.
import { ask, Refusal, say } from "./_page";
import type { Verdict } from "./_review_shown";
import type { Span } from "./_words";

export interface Decided { seqs: number[]; done: string; others: Verdict[]; agrees: boolean }
/** What is written in the line: the words, what they are, as what they stand, and how they really read. */
export interface Change { span: Span; value: string; kind: string; text: string }
/** A reading as the person who judges it was shown it. */
export interface Shown extends Span { id: string; segment: string; kind: string; value: string; review_seq: number }
/** Something to be written: in words, and as the server takes it. */
export interface Post { done: string; address: string; json: unknown }

const NAMES = ["person_name", "organisation", "place", "display_name"];

export function verdict(item: Shown, said: "confirm" | "reject", reason: string): Post {
  return { done: said === "confirm" ? "reading confirmed" : "rejected", address: `/api/mentions/${item.id}/decision`, json: { verdict: said, reason, review_seq: item.review_seq } };
}

/** What a correction asks for: another reading, other words, another text of the words, or nothing; `quote` is what the span holds. */
export function correction(item: Shown, quote: string, made: Change, reason: string): { reading: Post | null; text: Post | null; moved: boolean } {
  const moved = made.span.start !== item.start || made.span.end !== item.end;
  const value = moved && made.value === quote ? "" : made.value, review_seq = item.review_seq;
  const span: Post = { done: "span corrected", address: `/api/mentions/${item.id}/span`, json: { ...made.span, value, kind: made.kind, reason, review_seq } };
  const other: Post = {
    done: `corrected: ${made.value}`, address: `/api/mentions/${item.id}/decision`,
    json: { verdict: "correct", value, kind: made.kind !== item.kind ? made.kind : "", reason, review_seq },
  };
  const text: Post = { done: "text corrected", address: "/api/segments/correction", json: { segment: item.segment, ...made.span, text: made.text, reason } };
  return {
    reading: moved ? span : made.value !== item.value || made.kind !== item.kind ? other : null,
    text: made.text && made.text !== quote ? text : null,
    moved,
  };
}

export function addition(segment: string, made: Change, reason: string): Post {
  return { done: "added", address: "/api/mentions", json: { segment, ...made.span, kind: made.kind, value: made.value, reason } };
}

export function write(post: Post): Promise<Decided> { return ask<Decided>(post.address, { json: post.json }); }

/** Take decisions back, the last first. */
export async function withdraw(seqs: readonly number[]): Promise<void> {
  for (const seq of [...seqs].reverse()) await ask<Decided>(`/api/decisions/${seq}/withdraw`, { json: { reason: "undone at review" } });
}

export async function seal(what: string, kind: string, reason: string): Promise<string> {
  const answer = await ask<{ done: string; same_bytes: string[] }>("/api/seals", { json: { what, kind, reason } });
  return answer.done + (answer.same_bytes.length ? `. The same bytes are in ${answer.same_bytes.join(", ")}, not sealed.` : ".");
}

/** Lay a name beside its candidates, in a tab of its own: what is on screen stays where it is. */
export function sides(kind: string, entity: string, said: "same" | "different"): void {
  if (!entity) say("There is nothing to lay beside it yet.");
  else if (!NAMES.includes(kind)) say("Only names are laid side by side; whose an identifier is, its own page says.");
  else window.open(`/entities/${encodeURIComponent(entity)}/same?verdict=${said}`, "_blank", "noopener");
}

/** What went wrong and what now, as sentences. */
export function plain(error: unknown, otherwise: string): string {
  const sentence = (words: string): string => (words ? `${words[0]!.toUpperCase()}${words.slice(1)}.` : "");
  return error instanceof Refusal ? `${sentence(error.message)} ${sentence(error.nextStep)}` : sentence(otherwise);
}

/** The line for the reason, kept until the tab closes: returns what gives the reason, or asks for one. */
export function reasonIn(field: HTMLInputElement): () => string | null {
  field.value = sessionStorage.getItem("casegraph-reason") ?? field.value;
  field.addEventListener("input", () => sessionStorage.setItem("casegraph-reason", field.value));
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); document.getElementById("evidence")?.focus({ preventScroll: true }); } });
  return () => {
    const given = field.value.trim();
    if (given) return given;
    say("A reason is needed: it stands in the record.");
    field.focus();
    return null;
  };
}

/** A row of buttons, each with its key. */
export function button(bar: HTMLElement, key: string, name: string, run: () => void): void {
  const made = document.createElement("button"), shown = document.createElement("kbd");
  made.type = "button";
  made.className = "plain";
  shown.textContent = key;
  made.append(shown, ` ${name}`);
  made.addEventListener("mousedown", (event) => event.preventDefault()); // what is selected in the text stays selected
  made.addEventListener("click", run);
  bar.append(made);
}
