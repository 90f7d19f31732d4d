// Judging with the words under one's eyes: the keys of Review beside the evidence itself, without leaving the page.
import { addition, button, correction, plain, reasonIn, seal, sides, verdict, withdraw, write, type Change, type Post } from "./_decisions";
import { ask, make, onKey, Refusal, say, tell } from "./_page";
import type { Reading, Readings } from "./_readings";
import { words, type Item } from "./_review_shown";
import { state } from "./_strip";
import { add, closed, edit, isOpen, seal as sealLine, whenClosed, type Worded } from "./_review_work";
import { isShown, lay, selected, unlay, type Span } from "./_words";

interface Done { words: string; seqs: Promise<number[]>; reading: Reading | null; back: () => void }

export class Judging {
  private readonly why: () => string | null;
  private readonly me: string;
  private readonly exhibit: string;
  private readonly undo: Done[] = [];
  private readonly decided = new Map<Reading, "posting" | "done">();
  /** What was typed for a correction that was refused. */
  private readonly kept = new Map<Reading, Change>();
  private drawn: HTMLElement[] = [];

  constructor(private readonly bar: HTMLElement, private readonly readings: Readings | null) {
    const panes = document.querySelector<HTMLElement>(".panes.evidence");
    this.me = panes?.dataset.me ?? "";
    this.exhibit = panes?.dataset.exhibit ?? "";
    const reason = document.getElementById("reason") as HTMLInputElement;
    this.why = reasonIn(reason);
    this.keys(reason);
    whenClosed(() => this.draw(null, null));
    readings?.whenChosen((one) => { if (isOpen()) closed(); this.say(one); });
    window.addEventListener("beforeunload", (event) => { if ([...this.decided.values()].includes("posting")) event.preventDefault(); });
  }

  private keys(reason: HTMLInputElement): void {
    const bar = document.getElementById("decisions") as HTMLElement;
    const on = (key: string, name: string, does: string, run: () => void): void => { button(bar, key, name, run); onKey(key, does, run); };
    on("c", "confirm", "confirm the reading", () => this.decide("confirm"));
    on("x", "reject", "reject it", () => this.decide("reject"));
    on("e", "edit", "edit the value, kind, words or text", () => void this.change());
    on("a", "add", "add what was missed: select it first", () => void this.adding());
    on("u", "undo", "undo: withdraw the last decision made here", () => void this.takeBack());
    on("h", "seal", "seal the passage or the exhibit", () => this.sealing());
    onKey("s", "same as another", () => this.beside("same"));
    onKey("d", "different from another", () => this.beside("different"));
    onKey("y", "change the reason", () => { reason.focus(); reason.select(); });
  }

  private say(reading: Reading): void {
    const place = this.bar.querySelector("#chosen");
    place?.replaceChildren(make("b", {}, `“${reading.quote}”`), ` ${words(reading.kind)} `, make("span", { class: "quiet" }, reading.value));
  }

  // --- which reading ------------------------------------------------------------------------------------------------

  /** The chosen reading, where it may be judged now: not decided here yet, and its words on screen. */
  private judgeable(): Reading | null {
    const one = this.readings?.chosen ?? null;
    if (!one) { say("Choose a reading first: j, or click an underlined word."); return null; }
    if (this.decided.has(one)) { say("This one is decided; u takes back the last decision."); return null; }
    if (!this.readings?.isShown(one)) { say("Its words are not on screen: Enter on its line opens them."); return null; }
    const sheet = document.querySelector<HTMLElement>(".sheet-of"), problem = document.querySelector<HTMLElement>(".picture-problem");
    if (sheet && !sheet.dataset.shown && problem?.hidden) { say("Show the page first ( v ): a reading is judged against its picture."); return null; }
    return one;
  }

  // --- deciding -----------------------------------------------------------------------------------------------------

  private decide(said: "confirm" | "reject"): void {
    const one = this.judgeable(), why = one && this.why();
    if (one && why) this.post(one, verdict(one, said, why), { review: said === "confirm" ? "reading_confirmed" : "rejected" });
  }

  /** Write a decision; the line and the words tell it at once, and tell it no longer where it is refused. */
  private post(one: Reading, what: Post, then: { review: string; value?: string; added?: Reading; typed?: Change }): void {
    const before = one.review, undone: Done = { words: `“${one.quote}” ${what.done}`, reading: one, seqs: Promise.resolve([]), back: () => this.forget(one, before, then.added) };
    this.decided.set(one, "posting");
    this.told(one, then.review, then.value, "being written …");
    undone.seqs = write(what).then((answer) => {
      this.decided.set(one, "done");
      this.kept.delete(one);
      if (then.added) { this.readings?.put(then.added); this.told(then.added, "reading_confirmed", undefined, FOLLOWS); }
      this.told(one, then.review, then.value, FOLLOWS);
      say(`“${one.quote}”: ${what.done}. Written as line ${answer.seqs.join(", ")}; the graph follows.`);
      return answer.seqs;
    });
    this.undo.push(undone);
    if (then.typed) this.kept.set(one, then.typed);
    undone.seqs.catch((error: unknown) => void this.refused(one, undone, before, error));
  }

  /** Say in its line, and in its words, what became of a reading. */
  private told(one: Reading, review: string, value: string | undefined, note: string, problem = ""): void {
    one.line.classList.add("is-judged");
    this.readings?.state(one, review);
    const parts: (Node | string)[] = value === undefined ? [] : [make("b", {}, value), " "];
    const fate = make("div", { class: "fate" }, ...parts, state(review, review === "unreviewed" ? "" : this.me), " ", make("span", { class: "quiet" }, note));
    if (problem) fate.append(make("div", { class: "problem" }, problem));
    one.line.querySelector(".fate")?.remove();
    const stood = one.line.querySelector(".stands");
    if (stood) stood.after(fate); else one.line.append(fate);
  }

  /** Show a reading as it was before it was decided here. */
  private forget(one: Reading, before: string, added?: Reading): void {
    this.decided.delete(one);
    one.line.classList.remove("is-judged");
    one.line.querySelector(".fate")?.remove();
    this.readings?.state(one, before);
    if (added) this.readings?.take(added);
  }

  private async refused(one: Reading, undone: Done, before: string, error: unknown): Promise<void> {
    const last = this.undo.indexOf(undone);
    if (last >= 0) this.undo.splice(last, 1);
    this.forget(one, before);
    const problem = plain(error, "it was not written; repeat it");
    say(`“${one.quote}”: ${problem}`);
    const now = error instanceof Refusal && error.status === 409 ? await this.asked(one) : null;
    const other = now?.verdicts.at(-1), corrected = other?.verdict === "correct";
    if (now) Object.assign(one, { review_seq: now.review_seq }, corrected ? { kind: other.kind, value: other.value } : {});
    this.told(one, other ? (STANDS[other.verdict] ?? before) : before, corrected ? other.value : undefined, "not written", problem);
    if (other) one.line.querySelector(".fate .state")?.replaceWith(state(one.review, other.actor));
  }

  /** Somebody else judged it meanwhile: what they said, so that this person can agree or disagree. */
  private async asked(one: Reading): Promise<Item | null> {
    try {
      return await ask<Item>(`/api/review/reading?mention=${encodeURIComponent(one.id)}`);
    } catch (error) { tell(error); return null; }
  }

  // --- correcting and adding ----------------------------------------------------------------------------------------

  /** The text of a segment as it was read, with a span of it; null, and said, where the page shows it otherwise. */
  private async worded(segment: string, span: Span, kind = "", value = ""): Promise<Worded | null> {
    try {
      const { text } = await ask<{ text: string }>(`/api/review/words?segment=${encodeURIComponent(segment)}`);
      if (!isShown(segment, text)) { say("This passage stands here otherwise than it was read; judge it in Review."); return null; }
      return { segment, ...span, kind, value, quote: Array.from(text).slice(span.start, span.end).join(""), shown: { words: { text, first: 0 } } };
    } catch (error) { tell(error); return null; }
  }

  private async change(): Promise<void> {
    const one = this.judgeable(), held = one && (await this.worded(one.segment, { start: one.start, end: one.end }, one.kind, one.value));
    if (one && held && this.readings?.chosen === one) edit(held, this.kept.get(one), (span) => this.draw(one.segment, span), (made) => this.correct(one, held, made));
  }

  private correct(one: Reading, held: Worded, made: Change): void {
    const why = this.why();
    if (why === null) return;
    const quote = Array.from(held.shown.words.text).slice(made.span.start, made.span.end).join("");
    const { reading, text, moved } = correction(one, quote, made, why);
    closed();
    if (text) this.rewrite(one, made, text, reading !== null);
    if (reading && moved) this.post(one, reading, { review: "rejected", added: this.fresh(one.segment, made, quote), typed: made });
    else if (reading) this.post(one, reading, { review: "corrected", value: made.value, typed: made });
    else if (!text) say("Nothing was changed; c confirms the reading as it is.");
  }

  /** Write how the words really read, beside what the machine read. */
  private rewrite(one: Reading, made: Change, what: Post, judged: boolean): void {
    write(what).then((answer) => {
      const struck = lay(one.segment, made.span, null, () => make("del", { class: "machine" }));
      const instead = make("ins", { class: "human", title: `corrected by ${this.me}` }, made.text);
      struck.at(-1)?.after(instead);
      this.undo.push({ words: `text “${made.text}”`, reading: one, seqs: Promise.resolve(answer.seqs), back: () => { instead.remove(); unlay(struck); } });
      if (!judged) say("Text corrected. c confirms, x rejects the reading itself.");
    }, tell);
  }

  private async adding(): Promise<void> {
    const now = selected(), one = this.readings?.chosen ?? null;
    const here = now?.segment ?? (one && this.readings?.isShown(one) ? one.segment : document.querySelector<HTMLElement>("#evidence [data-words]")?.dataset.words);
    if (!here) { say("There are no words here to add anything from."); return; }
    const held = await this.worded(here, now ?? (one?.segment === here ? { start: one.start, end: one.end } : { start: 0, end: 0 }));
    if (!held) return;
    add(held, now, (span) => this.draw(here, span), (made) => {
      const why = this.why();
      if (why === null) return;
      const quote = Array.from(held.shown.words.text).slice(made.span.start, made.span.end).join("");
      write(addition(here, made, why)).then((answer) => {
        closed();
        const fresh = this.fresh(here, made, quote);
        this.readings?.put(fresh);
        this.told(fresh, "reading_confirmed", undefined, FOLLOWS);
        this.undo.push({ words: `“${quote}” added`, reading: null, seqs: Promise.resolve(answer.seqs), back: () => this.readings?.take(fresh) });
        say(`${answer.done}. Written as line ${answer.seqs.join(", ")}; the graph follows.`);
      }, tell);
    });
  }

  /** A line for what a person put here: nothing more can be said of it before the graph knows it. */
  private fresh(segment: string, made: Change, quote: string): Reading {
    const link = make("a", { class: "quote", href: `/evidence/${this.exhibit}?${new URLSearchParams({ at: segment, from: String(made.span.start), to: String(made.span.end) })}` }, `“${quote}”`);
    const line = make("li", {}, link, make("div", {}, make("span", { class: "quiet" }, words(made.kind)), " ", make("span", { class: "value" }, made.value)));
    const one: Reading = { id: `added-${segment}-${made.span.start}`, segment, ...made.span, quote, kind: made.kind, value: made.value, review_seq: 0, entity: "", review: "reading_confirmed", line, marks: [] };
    this.decided.set(one, "done");
    return one;
  }

  /** Mark the words that are being chosen. */
  private draw(segment: string | null, span: Span | null): void {
    unlay(this.drawn);
    this.drawn = segment && span ? lay(segment, span, null, () => make("span", { class: "drawn" })) : [];
    this.drawn[0]?.scrollIntoView({ block: "nearest" });
  }

  // --- taking back, sealing, side by side ---------------------------------------------------------------------------

  private async takeBack(): Promise<void> {
    const last = this.undo.pop();
    if (!last) { say("Nothing that was decided on this page is left to take back."); return; }
    try {
      const seqs = await last.seqs;
      await withdraw(seqs);
      last.back();
      if (last.reading) this.readings?.choose(last.reading);
      say(`Taken back: ${last.words}. Line ${seqs.join(", ")} is withdrawn.`);
    } catch (error) { if (!(error instanceof Refusal) || error.status !== 409) this.undo.push(last); tell(error); }
  }

  private sealing(): void {
    const segment = this.readings?.chosen?.segment ?? document.querySelector<HTMLElement>(".panes.evidence")?.dataset.segment;
    if (!segment) { say("Choose a reading of the passage first: j, or click an underlined word."); return; }
    sealLine({ segment, exhibit: this.exhibit }, (what, kind, given) => {
      seal(what, kind, given).then((done) => {
        closed();
        const whole = what === this.exhibit;
        const link = make("a", { href: whole ? "/exhibits" : `/evidence/${this.exhibit}` }, whole ? "To the exhibits" : `Open ${this.exhibit} again`);
        document.getElementById("evidence")?.replaceChildren(make("p", { class: "sealed" }, done), make("p", {}, link));
        document.querySelector(".panes.evidence > .right")?.replaceChildren();
        this.bar.hidden = true;
        say(done);
      }, tell);
    });
  }

  private beside(said: "same" | "different"): void {
    const one = this.readings?.chosen;
    if (one) sides(one.kind, one.entity, said);
    else say("Choose a name first: j, or click an underlined word.");
  }
}

/** How a reading stands after a verdict that the graph may not tell yet. */
const STANDS: Record<string, string> = { confirm: "reading_confirmed", reject: "rejected", correct: "corrected", attribute: "attributed" };
const FOLLOWS = "written, the graph follows";
