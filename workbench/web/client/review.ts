// The review: one reading after the other, decided by keys; decisions are posted behind the person's back, and nothing is lost.
import { addition, button, correction, plain, reasonIn, seal, sides, verdict, withdraw, write, type Change, type Decided, type Post } from "./_decisions";
import { ask, make, onKey, Refusal, say, tell } from "./_page";
import { veiled } from "./_veil";
import { evidence, known, wordsOf, words, type Item } from "./_review_shown";
import { sampling } from "./_review_sample";
import { add, closed, edit, isOpen, seal as sealLine, tag } from "./_review_work";
import { selected, type Span } from "./_words";

interface Rate { value?: number; 0: number; 1: number; 2: number }
interface Answer {
  items: Item[]; left: number;
  progress: { counts: Record<string, number>; second: number; machine: { judged: number; wrong: number; rate: Rate | null } };
  between: { twice: number; disagreed: number; rate: Rate | null; to_settle: unknown[] } | null;
}
/** What became of a reading in this page. */
interface Fate { kind: "" | "skipped" | "posting" | "done" | "failed"; said: string; problem: string; kept?: Change }

const AHEAD = 6, SOME = 12;
const filters = document.getElementById("filters") as HTMLFormElement;
const reason = document.getElementById("reason") as HTMLInputElement;
const why = reasonIn(reason);
const queue: Item[] = [];
const fates = new Map<string, Fate>();
const pictures = new Map<string, HTMLImageElement>();
/** Something written, or being written, that can be taken back. */
interface Written { id: string; seqs: Promise<number[]>; before?: Item }
const undo: Written[] = [];
/** Readings that this queue gave, those beside them that another queue left behind not among them. */
const came = new Set<string>();
let at = -1, held = 0, asking: Promise<void> | null = null, exhausted = false, span: Span | null = null;
/** Why no more of the queue could be read; empty where it could. */
let broken = "";
/** Ends what is asked for a queue once another one is chosen. */
let chosen = new AbortController();
let player: HTMLAudioElement | null = null;
let told: Answer | null = null;
const session = { began: Number(sessionStorage.getItem("casegraph-review-began") ?? 0), done: Number(sessionStorage.getItem("casegraph-review-done") ?? 0) };

const place = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const fate = (item: Item): Fate => fates.get(item.id) ?? { kind: "", said: "", problem: "" };
const open = (item: Item): boolean => ["", "skipped", "failed"].includes(fate(item).kind);
const current = (): Item | undefined => queue[at];

// --- the queue ------------------------------------------------------------------------------------------------------

function asked(first: number): string {
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(filters)) if (value) given.set(name, String(value));
  given.set("n", String(SOME));
  given.set("first", String(first));
  return `/api/review/queue?${given}`;
}

async function more(): Promise<void> {
  if (asking || exhausted) return asking ?? undefined;
  const queued = chosen.signal;
  const address = asked(queue.filter((one) => came.has(one.id) && open(one)).length);
  asking = (async () => {
    try {
      const answer = await ask<Answer>(address, { signal: queued });
      if (queued.aborted) return;
      const had = new Set(queue.map((one) => one.id));
      const fresh = answer.items.filter((one) => !had.has(one.id));
      for (const one of answer.items) came.add(one.id);
      exhausted = answer.items.length < SOME;
      broken = "";
      told = answer;
      held ||= answer.left;
      queue.push(...fresh);
      for (const one of fresh) preload(one);
    } catch (error) {
      if (queued.aborted) return;
      tell(error);
      broken = plain(error, "the queue could not be read");
    }
  })();
  await asking;
  if (queued.aborted) return;
  asking = null;
  if (at >= 0) { list(); numbers(); return; }
  onward();
}

/** Go to the first that waits, or say why there is none. */
function onward(): void {
  const first = queue.findIndex((one) => fate(one).kind === "");
  if (first >= 0) go(first);
  else if (broken) stuck();
  else empty();
}

function stuck(): void {
  list();
  numbers();
  const again = make("button", { type: "button" }, "Try again");
  again.addEventListener("click", () => { again.disabled = true; next(); });
  place("evidence").replaceChildren(make("h2", {}, "The queue could not be read further"), make("div", { class: "problem", role: "alert" }, make("p", {}, broken), make("p", {}, again)), ...behind());
  place("known").replaceChildren();
  at = queue.length;
}

function preload(item: Item): void {
  if (!item.shown.picture) return;
  const image = new Image();
  image.src = item.shown.picture;
  image.addEventListener("error", () => { image.replaceWith(make("p", { class: "hint" }, "The page could not be drawn; its words are below.")); pictures.delete(item.id); });
  pictures.set(item.id, image);
}

function go(to: number): void {
  if (to < 0 || to >= queue.length) return;
  at = to;
  span = null;
  player?.pause();
  player = null;
  if (isOpen()) closed();
  list();
  show();
  numbers();
  if (queue.length - at < AHEAD) void more();
}

function next(): void {
  for (let step = 1; step <= queue.length; step++) {
    const to = (at + step) % queue.length, item = queue[to];
    if (item && fate(item).kind === "") { go(to); return; }
  }
  if (exhausted) { empty(); return; }
  const queued = chosen.signal;
  void more().then(() => { if (!queued.aborted) onward(); });
}

function empty(): void {
  list();
  numbers();
  place("evidence").replaceChildren(
    make("h2", {}, "Nothing is left in this queue"), ...behind(),
    make("p", { class: "empty" }, "Choose another kind, exhibit or queue above; or draw a random sample at the left, on record."),
  );
  place("known").replaceChildren();
  at = queue.length;
}

/** What stands at the left undecided. */
function behind(): HTMLElement[] {
  const many = (kind: Fate["kind"]): number => queue.filter((one) => fate(one).kind === kind).length;
  const skipped = many("skipped"), failed = many("failed");
  return skipped || failed ? [make("p", {}, `${skipped} skipped, ${failed} not written: they stand at the left; j and k go to them.`)] : [];
}

// --- what is on screen ----------------------------------------------------------------------------------------------

function list(): void {
  const first = Math.max(0, Math.min(at - 6, queue.length - 40));
  const lines = queue.slice(first, first + 60).map((item, offset) => {
    const now = first + offset, end = fate(item);
    const line = make("li", { class: end.kind ? `is-${end.kind}` : "" });
    if (now === at) line.setAttribute("aria-current", "true");
    const button = make("button", { class: "link", type: "button" }, make("span", { class: "value" }, item.value));
    button.addEventListener("click", () => go(now));
    line.append(button, make("span", { class: "quiet" }, ` ${words(item.kind)} · ${item.exhibit} ${item.strip.place}`));
    const mark = end.said || (item.apart ? "second look" : "");
    if (mark) line.append(make("span", { class: "mark" }, mark));
    if (end.problem) line.append(make("span", { class: "problem" }, end.problem));
    return line;
  });
  place("queue").replaceChildren(...lines);
  place("queue").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

function show(): void {
  const item = current();
  if (!item) return;
  const end = fate(item), now = span ?? { start: item.start, end: item.end };
  const parts = evidence(item, now, pictures.get(item.id) ?? null, play);
  if (end.problem) parts.unshift(make("div", { class: "problem", role: "alert" }, make("p", {}, end.problem)));
  else if (end.said) parts.unshift(make("p", { class: "done-as" }, end.said, " ", make("span", { class: "quiet" }, "(u takes back the last decision)")));
  place("evidence").replaceChildren(...parts, tools(item));
  place("evidence").scrollTop = 0;
  place("known").replaceChildren(...known(item));
}

function remark(now: Span): void {
  const item = current();
  span = now;
  if (item) place("evidence").querySelector(".words")?.replaceWith(wordsOf(item, now));
}

function tools(item: Item): HTMLElement {
  const bar = make("div", { class: "tools", role: "toolbar", "aria-label": "Decisions" });
  button(bar, "c", "confirm", () => decide("confirm"));
  button(bar, "x", "reject", () => decide("reject"));
  button(bar, "e", "edit", change);
  button(bar, "a", "add", adding);
  if (item.entity) { button(bar, "s", "same", () => beside("same")); button(bar, "d", "different", () => beside("different")); }
  button(bar, "t", "tag", tagging);
  button(bar, "h", "seal", sealing);
  button(bar, "n", "skip", skip);
  button(bar, "u", "undo", () => void takeBack());
  return bar;
}

function percent(rate: Rate): string {
  return `${(rate[0] / 100).toFixed(1)}% (95% interval ${(rate[1] / 100).toFixed(1)} to ${(rate[2] / 100).toFixed(1)})`;
}

let counting = 0;
/** Ask how far people are, once the graph has taken in what was decided. */
function countLater(): void {
  window.clearTimeout(counting);
  counting = window.setTimeout(() => {
    const given = new URLSearchParams([...new FormData(filters)].filter(([, value]) => value).map(([name, value]) => [name, String(value)]));
    ask<Pick<Answer, "progress" | "between">>(`/api/review/progress?${given}`, { signal: chosen.signal }).then((now) => { if (told) { Object.assign(told, now); numbers(); } }, () => undefined);
  }, 1500);
}

function numbers(): void {
  const done = queue.filter((one) => ["done", "posting"].includes(fate(one).kind)).length;
  const of = Math.max(held, queue.length), minutes = (Date.now() - session.began) / 60_000;
  const rate = session.done > 1 && minutes > 0.05 ? `, ${(session.done / minutes).toFixed(0)} a minute` : "";
  place("progress").textContent = `${done} of ${of.toLocaleString("en-GB")} done here. This session: ${session.done}${rate}.`;
  const meter = place("meter"), share = done / Math.max(1, of);
  meter.setAttribute("aria-valuemax", String(of));
  meter.setAttribute("aria-valuenow", String(done));
  (meter.firstElementChild as HTMLElement).style.width = `${Math.max(share * 100, done ? 1 : 0)}%`;
  if (!told) { place("disagreement").textContent = ""; place("between").hidden = true; return; }
  const machine = told.progress.machine;
  place("disagreement").textContent = machine.rate
    ? `People corrected or rejected ${machine.wrong} of ${machine.judged} readings judged here: ${percent(machine.rate)}. Judged by choice: a count, no error rate of the case.`
    : "No reading of this queue's kind is judged yet.";
  const between = told.between;
  place("between").hidden = !between;
  if (between) place("between").textContent = `Second looks waiting for you: ${told.progress.second}. `
    + (between.rate ? `Of ${between.twice} judged twice, people differed on ${between.disagreed}: ${percent(between.rate)}; ${between.to_settle.length} to settle.` : "None is judged twice yet.");
}

// --- deciding -------------------------------------------------------------------------------------------------------

/** Post what a person decided about an item and go on; what is refused comes back to that item with what was typed. */
function post(item: Item, what: Post, kept?: Change): void {
  if (fate(item).kind === "posting") return;
  fates.set(item.id, { kind: "posting", said: what.done, problem: "", kept });
  const before = { ...item };
  session.began ||= Date.now();
  session.done += 1;
  remember();
  const written = write(what).then((answer) => {
    if (fates.get(item.id)?.kind === "posting") fates.set(item.id, { kind: "done", said: answer.done, problem: "" });
    item.review_seq = Math.max(...answer.seqs);
    if (answer.others.length) compare(item, answer);
    countLater();
    return answer.seqs;
  });
  const last: Written = { id: item.id, seqs: written, before };
  undo.push(last);
  written.catch((error: unknown) => void failed(item, error, last, kept)).finally(() => { list(); numbers(); });
  next();
}

function compare(item: Item, answer: Decided): void {
  item.apart = false;
  item.verdicts = answer.others;
  const said = answer.others.map((one) => `${one.actor}: ${one.verdict}${one.verdict === "correct" ? ` ${one.value}` : ""}`).join("; ");
  const end = { kind: "done" as const, said: `${answer.done} · ${answer.agrees ? "agrees with" : "differs from"} ${said}`, problem: "" };
  fates.set(item.id, end);
  say(answer.agrees ? `Judged twice: you agree (${said}).` : `Judged twice: you differ (${said}). It waits under “To settle”.`);
}

async function failed(item: Item, error: unknown, last: Written, kept?: Change): Promise<void> {
  if (undo.includes(last)) undo.splice(undo.indexOf(last), 1);
  session.done = Math.max(0, session.done - 1);
  remember();
  const what = plain(error, "it was not written; repeat it");
  fates.set(item.id, { kind: "failed", said: "not written", problem: what, kept });
  if (error instanceof Refusal && error.status === 409) await reread(item);
  const to = queue.indexOf(item);
  if (to < 0) say(`${item.value}: ${what}`); // sealed meanwhile: it stands in no queue
  else if (to === at) { list(); show(); } else if (!isOpen()) go(to); else { list(); say(`${item.value}: ${what}`); }
}

/** Somebody else judged it meanwhile: show what they said, so that this person can agree or disagree. */
async function reread(item: Item): Promise<void> {
  try {
    const now = await ask<Item>(`/api/review/reading?mention=${encodeURIComponent(item.id)}`);
    Object.assign(item, now, { turn: item.turn });
  } catch (error) { tell(error); }
}

function remember(): void {
  sessionStorage.setItem("casegraph-review-began", String(session.began));
  sessionStorage.setItem("casegraph-review-done", String(session.done));
}

function judgeable(): Item | null {
  const item = current();
  if (!item) return null;
  if (!open(item)) { say("This one is decided; u takes back the last decision, n goes on."); return null; }
  return item;
}

function decide(said: "confirm" | "reject"): void {
  const item = judgeable(), given = why();
  if (item && given !== null) post(item, verdict(item, said, given));
}

function change(): void {
  const item = judgeable();
  if (item) edit(item, fate(item).kept, remark, (made) => correct(item, made));
}

function correct(item: Item, made: Change): void {
  const given = why();
  if (given === null) return;
  const quote = Array.from(item.shown.words.text).slice(made.span.start - item.shown.words.first, made.span.end - item.shown.words.first).join("");
  const { reading, text } = correction(item, quote, made, given);
  if (text) void textCorrected(item, made, text, reading !== null);
  closed();
  if (reading) post(item, reading, made);
  else if (!text) say("Nothing was changed; c confirms the reading as it is.");
}

async function textCorrected(item: Item, made: Change, text: Post, judged: boolean): Promise<void> {
  try {
    const answer = await write(text);
    undo.push({ id: item.id, seqs: Promise.resolve(answer.seqs) });
    item.shown.words.corrections.push({ ...made.span, quote: "", text: made.text, actor: "you" });
    if (!judged) { say("Text corrected. c confirms, x rejects the reading itself."); show(); }
  } catch (error) { tell(error); }
}

function adding(): void {
  const item = current();
  if (!item) return;
  add(item, selected(), remark, (made) => {
    const given = why();
    if (given === null) return;
    write(addition(item.segment, made, given)).then((answer) => {
      undo.push({ id: item.id, seqs: Promise.resolve(answer.seqs) });
      closed();
      span = null;
      show();
      say(`${answer.done}.`);
    }, tell);
  });
}

function beside(said: "same" | "different"): void {
  const item = current();
  if (item) sides(item.kind, item.entity, said);
}

function tagging(): void {
  const item = current();
  if (!item) return;
  const could = tag((finding, what, given) => {
    ask<{ seq: number; done: string }>(`/api/findings/${finding}/tags`, { json: { segment: item.segment, tag: what, reason: given } }).then((answer) => {
      undo.push({ id: item.id, seqs: Promise.resolve([answer.seq]) });
      item.tags.push({ tag: what, finding, reason: given, actor: "you" });
      closed();
      show();
      say(`${answer.done}.`);
    }, tell);
  });
  if (!could) say("There is no finding yet: write one under Findings, then tag.");
}

function sealing(): void {
  const item = current();
  if (!item) return;
  sealLine(item, (what, kind, given) => {
    seal(what, kind, given).then((done) => {
      closed();
      const gone = queue.filter((one) => one.segment === what || one.exhibit === what || one.exhibit.startsWith(`${what}/`));
      for (const one of gone) { queue.splice(queue.indexOf(one), 1); pictures.delete(one.id); }
      at = Math.min(at, queue.length) - 1;
      say(done);
      next();
    }, tell);
  });
}

function skip(): void {
  const item = current();
  if (item && fate(item).kind === "") fates.set(item.id, { kind: "skipped", said: "skipped", problem: "" });
  next();
}

async function takeBack(): Promise<void> {
  const last = undo.pop();
  if (!last) { say("Nothing of this session is left to take back."); return; }
  const item = queue.find((one) => one.id === last.id);
  let seqs: number[];
  try { seqs = await last.seqs; } catch { return; } // it was not written, and what refused it says so
  try {
    await withdraw(seqs);
    say(`Line ${seqs.join(", ")} withdrawn.`);
    if (!item) return;
    if (last.before) { session.done = Math.max(0, session.done - 1); remember(); }
    if (last.before) { Object.assign(item, last.before); fates.delete(item.id); }
    countLater();
    go(queue.indexOf(item));
  } catch (error) { if (!(error instanceof Refusal) || error.status !== 409) undo.push(last); tell(error); }
}

let rate = 1;
function speed(by: number): void {
  rate = Math.min(3, Math.max(0.5, rate + by));
  if (player) player.playbackRate = rate;
  say(`${rate} times as fast`);
}

function play(): void {
  const item = current();
  if (!item?.shown.sound) return;
  if (!player) { player = new Audio(item.shown.sound); player.addEventListener("error", () => say("The recording could not be played.")); }
  player.playbackRate = rate;
  if (player.paused) void player.play().catch(() => undefined); else player.pause();
}

// --- keys -----------------------------------------------------------------------------------------------------------

onKey("c", "confirm the reading", () => decide("confirm"));
onKey("x", "reject it", () => decide("reject"));
onKey("e", "edit the value, kind, words or text", change);
onKey("a", "add what was missed", adding);
onKey("s", "same as another", () => beside("same"));
onKey("d", "different from another", () => beside("different"));
onKey("t", "tag for a finding", tagging);
onKey("h", "seal", sealing);
onKey("n", "skip", skip);
onKey("u", "undo: withdraw the last decision", () => void takeBack());
onKey("j", "next", () => go(at + 1));
onKey("k", "previous", () => go(at - 1));
onKey("r", "change the reason", () => { reason.focus(); reason.select(); });
veiled();
onKey(" ", "play or pause", play);
onKey("[", "slower", () => speed(-0.25));
onKey("]", "faster", () => speed(0.25));
onKey("Enter", "open at the place", (event) => {
  if (event.target instanceof HTMLAnchorElement || event.target instanceof HTMLButtonElement) { event.target.click(); return; }
  place("evidence").querySelector<HTMLAnchorElement>("a.strip")?.click();
});

window.addEventListener("beforeunload", (event) => {
  if (queue.some((one) => ["posting", "failed"].includes(fate(one).kind))) event.preventDefault();
});

/** Begin with the queue that is chosen; what is not written yet of the one before stays at the left, with what was typed. */
function begin(): void {
  chosen.abort();
  chosen = new AbortController();
  const kept = queue.filter((one) => ["posting", "failed"].includes(fate(one).kind)), ids = new Set(kept.map((one) => one.id));
  queue.splice(0, queue.length, ...kept);
  came.clear();
  asking = null;
  at = -1;
  held = 0;
  exhausted = false;
  broken = "";
  told = null;
  for (const id of [...fates.keys()]) if (!ids.has(id)) fates.delete(id);
  for (const id of [...pictures.keys()]) if (!ids.has(id)) pictures.delete(id);
  const failed = kept.filter((one) => fate(one).kind === "failed").length;
  if (failed) say(`${failed} not written: ${failed === 1 ? "it stays" : "they stay"} at the left, with what was typed.`);
  list();
  place("evidence").replaceChildren(make("p", { class: "empty" }, "One moment …"));
  place("known").replaceChildren();
  const address = new URLSearchParams([...new FormData(filters)].filter(([, value]) => value).map(([name, value]) => [name, String(value)]));
  history.replaceState(null, "", `/review?${address}`);
  void more();
}
for (const [name, value] of new URLSearchParams(window.location.search)) {
  const field = filters.elements.namedItem(name);
  if (field instanceof HTMLSelectElement || field instanceof HTMLInputElement) field.value = value;
}
sampling(() => { (filters.elements.namedItem("which") as HTMLSelectElement).value = "sample"; begin(); });
filters.addEventListener("submit", (event) => { event.preventDefault(); begin(); });
filters.addEventListener("change", (event) => { if (event.target !== reason) begin(); });
begin();
