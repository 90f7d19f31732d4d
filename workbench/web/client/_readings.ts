// The readings of the right pane and where they stand in the evidence: marked in its words, one of them chosen and lit.
import { knownKeys, onKey } from "./_page";
import { lay, unlay } from "./_words";

/** One reading: its line in the pane, and its words in the evidence, none where they are not on this page. */
export interface Reading {
  id: string; segment: string; start: number; end: number; quote: string; kind: string; value: string; review_seq: number;
  entity: string; review: string; line: HTMLElement; marks: HTMLElement[];
}
const OPENED = "tr.on, .passage.on, .line.hit, #transcript > li.hit";

export class Readings {
  readonly all: Reading[];
  chosen: Reading | null = null;
  private readonly watchers: ((reading: Reading) => void)[] = [];

  constructor(readonly list: HTMLElement, private readonly evidence: HTMLElement) {
    this.all = [...list.querySelectorAll<HTMLElement>(":scope > li")].map(read);
    for (const one of this.all) this.mark(one);
    this.choose(this.all.find((one) => one.line.matches(".on")) ?? null, { moved: false });
    // A conversation grows as it is read.
    new MutationObserver((changes) => {
      const grown = changes.some((change) => [...change.addedNodes].some((node) => node instanceof Element && (node.matches("[data-words]") || node.querySelector("[data-words]"))));
      if (grown) for (const one of this.all) if (!one.marks.some((mark) => mark.isConnected)) this.mark(one);
    }).observe(evidence, { childList: true, subtree: true });
    list.addEventListener("click", (event) => this.clicked(event));
    evidence.addEventListener("click", (event) => {
      const mark = (event.target as Element).closest<HTMLElement>(".named[data-m]");
      if (mark && !String(window.getSelection())) this.choose(this.all.find((one) => one.id === mark.dataset.m) ?? null);
    });
  }

  whenChosen(run: (reading: Reading) => void): void { this.watchers.push(run); if (this.chosen) run(this.chosen); }

  /** Whether its words are on screen: on this page, and in nothing that is put away. */
  isShown(reading: Reading): boolean { return reading.marks.some((one) => one.getClientRects().length > 0); }

  choose(reading: Reading | null, { moved = true, focus = false } = {}): void {
    for (const one of this.all) { one.line.classList.toggle("on", one === reading); one.line.toggleAttribute("aria-current", false); }
    for (const one of this.evidence.querySelectorAll(".named.on")) one.classList.remove("on");
    this.chosen = reading;
    if (!reading) return;
    reading.line.setAttribute("aria-current", "true");
    const link = reading.line.querySelector<HTMLAnchorElement>("a.quote");
    if (focus) link?.focus({ preventScroll: true });
    reading.line.scrollIntoView({ block: "nearest" });
    for (const one of reading.marks) one.classList.add("on");
    if (moved && reading.marks.length) {
      this.light(reading);
      if (link) history.replaceState(null, "", link.href);
    }
    for (const run of this.watchers) run(reading);
  }

  walk(by: 1 | -1): void {
    const at = this.chosen ? this.all.indexOf(this.chosen) : by > 0 ? -1 : this.all.length;
    const next = this.all[Math.min(this.all.length - 1, Math.max(0, at + by))];
    if (next) this.choose(next, { focus: true });
  }

  /** Put a reading that a person added in its place among the others. */
  put(reading: Reading): void {
    const after = this.all.findIndex((one) => one.segment === reading.segment && one.start > reading.start);
    const last = this.all.reduce((found, one, at) => (one.segment === reading.segment ? at + 1 : found), 0);
    const at = after >= 0 ? after : last || this.all.length;
    this.list.insertBefore(reading.line, this.all[at]?.line ?? null);
    this.all.splice(at, 0, reading);
    this.mark(reading);
  }

  take(reading: Reading): void {
    const at = this.all.indexOf(reading);
    this.all.splice(at, 1);
    unlay(reading.marks);
    reading.line.remove();
    if (this.chosen === reading) this.choose(this.all[at] ?? this.all[at - 1] ?? null);
  }

  /** Show in the words what became of a reading. */
  state(reading: Reading, review: string): void {
    for (const one of [reading.line, ...reading.marks]) {
      for (const name of [...one.classList]) if (name.startsWith("is-") && name !== "is-judged") one.classList.remove(name);
      one.classList.add(`is-${review}`);
    }
    reading.review = review;
  }

  private mark(reading: Reading): void {
    reading.marks = lay(reading.segment, reading, reading.quote, () => {
      const made = document.createElement("span");
      made.className = `named is-${reading.review}${reading === this.chosen ? " on" : ""}`;
      made.dataset.m = reading.id;
      return made;
    });
  }

  /** Move the light: what the page was opened at is no longer it. */
  private light(reading: Reading): void {
    const middle = this.evidence, words = reading.marks[0];
    unlay(middle.querySelectorAll("[data-words] mark"));
    for (const one of middle.querySelectorAll(OPENED)) { one.classList.remove("on", "hit"); one.removeAttribute("aria-current"); }
    const strip = reading.line.querySelector(".strip")?.cloneNode(true);
    if (strip) middle.querySelector(".opened-at")?.replaceChildren(strip);
    const holder = words?.closest<HTMLElement>("tr, .passage, .line, #transcript > li");
    holder?.classList.add(holder.matches(".line, #transcript > li") ? "hit" : "on");
    if (words?.closest(".letter-text[hidden]")) middle.querySelector<HTMLElement>("button.as-text")?.click();
    for (let one = words?.closest("details"); one; one = one.parentElement?.closest("details")) one.open = true;
    for (const one of middle.querySelectorAll(".boxes .lit")) one.classList.remove("lit");
    const numbers = new Set(reading.marks.map((one) => one.closest<HTMLElement>("[data-w]")?.dataset.w));
    const boxes = [...middle.querySelectorAll<SVGElement>(".boxes rect")].filter((one) => numbers.has(one.dataset.w));
    for (const one of boxes) one.classList.add("lit");
    words?.scrollIntoView({ block: "nearest" });
    boxes[0]?.scrollIntoView({ block: "nearest", inline: "nearest" });
    words?.dispatchEvent(new CustomEvent("casegraph:lit", { bubbles: true }));
  }

  private clicked(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = event.target as Element, line = target.closest("li"), link = target.closest("a");
    const reading = this.all.find((one) => one.line === line);
    if (!reading || (link && !link.matches(".quote"))) return;
    if (link && !reading.marks.length) return; // it stands elsewhere: the link opens it there
    event.preventDefault();
    this.choose(reading);
  }
}

function read(line: HTMLElement): Reading {
  const given = line.dataset, text = (name: string): string => given[name] ?? "";
  return {
    id: text("mention"), segment: text("segment"), start: Number(given.start), end: Number(given.end), quote: text("quote"), kind: text("kind"),
    value: text("value"), review_seq: Number(given.reviewSeq), entity: text("entity"), line, marks: [],
    review: [...line.classList].find((name) => name.startsWith("is-"))?.slice(3) ?? "unreviewed",
  };
}

/** The readings of this page with their keys; null where nothing is named here. `j` and `k` walked the parts until now: `J` and `K` do. */
export function readings(): Readings | null {
  const list = document.getElementById("readings"), evidence = document.getElementById("evidence");
  if (!list || !evidence) return null;
  const made = new Readings(list, evidence);
  if (!made.all.length) return made;
  for (const [key, words] of [["j", "next part"], ["k", "previous part"]] as const) {
    const parts = knownKeys().find((one) => one.key === key);
    if (parts) onKey(key.toUpperCase(), words, (event) => { (document.activeElement as HTMLElement | null)?.blur(); parts.run(event); });
  }
  onKey("j", "next reading", () => made.walk(1));
  onKey("k", "previous reading", () => made.walk(-1));
  return made;
}
