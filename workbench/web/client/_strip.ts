// The source strip: exhibit, place, engine with its raw score, what is weak about it, who reviewed it. Wherever a statement stands it is this one,
// the same as the macro `strip` of parts.html makes on the server.
import { make } from "./_page";
import type { Span } from "./_words";

export interface Strip {
  exhibit: string; segment: string; place: string; source: string; engine: string; version: string; score: number;
  review: string; reviewer: string; draft: boolean; doubtful: boolean;
}
/** The words of review states; a test compares them with those of the server. */
export const REVIEW_WORDS: Record<string, string> = {
  unreviewed: "machine reading", reading_confirmed: "reading confirmed", attributed: "assessment", corrected: "corrected", rejected: "rejected",
};

/** The address of evidence at its place; with a span of characters, at these words. */
export function evidenceUrl(exhibit: string, segment: string, span?: Span): string {
  const asked = new URLSearchParams({ at: segment });
  if (span && span.start >= 0) { asked.set("from", String(span.start)); asked.set("to", String(span.end)); }
  return `/evidence/${exhibit.split("/").map(encodeURIComponent).join("/")}?${asked}`;
}

/** A review state, with the name of who reviewed where one is known. */
export function state(review: string, who = ""): HTMLElement {
  return make("span", { class: `state state-${review}` }, (REVIEW_WORDS[review] ?? review.replaceAll("_", " ")) + (who ? ` by ${who}` : ""));
}

/** The strip as a link to where it stands. */
export function stripOf(one: Strip, span?: Span): HTMLAnchorElement {
  const engine = `${one.engine} ${one.version}`.trim() || one.source;
  const raw = one.score >= 0 ? `, raw score ${(one.score / 10).toFixed(1)}` : "";
  const link = make("a", { class: "strip", href: evidenceUrl(one.exhibit, one.segment, span) }, make("b", {}, one.exhibit), ` · ${one.place} · ${engine}${raw}`);
  for (const flag of [one.draft ? "draft" : "", one.doubtful ? "doubtful" : ""]) if (flag) link.append(" · ", make("span", { class: "flag" }, flag));
  if (one.review) link.append(" · ", state(one.review, one.reviewer));
  return link;
}
