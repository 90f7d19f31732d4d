// Words on a page and where they stand in their segment, in code points: what is selected, and marks laid over them.
// An element with `data-words` holds the text of that segment as it was read, from `data-first` on; what people wrote beside it is `ins`,
// and what the page says of a part left out is `.rest`.
export interface Span { start: number; end: number }

/** The pieces of text that were read; what a person put beside them is left out. */
function texts(place: Element): Text[] {
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT), found: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) if (!node.parentElement?.closest("ins, .rest")) found.push(node as Text);
  return found;
}

const first = (place: HTMLElement): number => Number(place.dataset.first ?? 0);

export function placesOf(segment: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-words="${CSS.escape(segment)}"]`)];
}

/** Whether what stands on the page is the segment's text, or a piece of it, where the page says that it is. */
export function isShown(segment: string, text: string): boolean {
  const whole = Array.from(text), places = placesOf(segment);
  return places.length > 0 && places.every((place) => {
    const held = Array.from(texts(place).map((one) => one.data).join(""));
    return held.join("") === whole.slice(first(place), first(place) + held.length).join("");
  });
}

/** The code points that are selected, and in which segment; null where none are, or more than one place is touched. */
export function selected(): (Span & { segment: string }) | null {
  const chosen = window.getSelection();
  if (!chosen || chosen.isCollapsed || !chosen.rangeCount) return null;
  const range = chosen.getRangeAt(0), from = range.startContainer;
  const place = (from.parentElement ?? (from as Element)).closest<HTMLElement>("[data-words]");
  if (!place || !place.contains(range.endContainer)) return null;
  let before = 0, within = 0;
  for (const one of texts(place)) {
    const begins = one === range.startContainer ? range.startOffset : range.comparePoint(one, 0) < 0 ? one.length : 0;
    const ends = one === range.endContainer ? range.endOffset : range.comparePoint(one, 0) > 0 ? 0 : one.length;
    before += Array.from(one.data.slice(0, begins)).length;
    within += Array.from(one.data.slice(begins, Math.max(begins, ends))).length;
  }
  const start = first(place) + before;
  return within ? { segment: place.dataset.words ?? "", start, end: start + within } : null;
}

/** Lay an element around these words wherever they stand; none are laid where the page shows other words. */
export function lay(segment: string, span: Span, quote: string | null, make: () => HTMLElement): HTMLElement[] {
  for (const place of placesOf(segment)) {
    const held = texts(place), all = Array.from(held.map((one) => one.data).join(""));
    const from = span.start - first(place), to = span.end - first(place);
    if (from < 0 || to > all.length || (quote !== null && all.slice(from, to).join("") !== quote)) continue;
    const begins = all.slice(0, from).join("").length, ends = all.slice(0, to).join("").length;
    return around(held, begins, ends, make);
  }
  return [];
}

/** Lay an element around what lies between two places in these pieces of text, each piece by itself. */
function around(held: Text[], begins: number, ends: number, make: () => HTMLElement): HTMLElement[] {
  const made: HTMLElement[] = [];
  let at = 0;
  for (const one of held) {
    const from = Math.max(begins - at, 0), to = Math.min(ends - at, one.length);
    at += one.length;
    if (from >= to) continue;
    const piece = from ? one.splitText(from) : one;
    if (to - from < piece.length) piece.splitText(to - from);
    const cover = make();
    piece.replaceWith(cover);
    cover.append(piece);
    made.push(cover);
  }
  return made;
}

/** Take such elements away again; the words stay. */
export function unlay(covers: Iterable<Element>): void {
  for (const one of covers) {
    const parent = one.parentNode;
    one.replaceWith(...one.childNodes);
    parent?.normalize();
  }
}
