// The page of time and space: one choice of what is looked at, shown as a picture, as lines and on a map; each filters the others.
import { ask, make, onKey, say, tell } from "./_page";
import type { Space } from "./_map";
import { saved } from "./_saved_picture";
import { Picture, wholeOf, type Drawn } from "./_timeline_picture";
import { pictured } from "./_timeline_save";
import { stripOf } from "./_strip";
import { gapLine, legend, line, parties, timeOf } from "./_timeline_table";
import { iso, lasting, momentOf, seconds, shown, type Bars, type Gap, type Happening, type Happenings, type Stretch } from "./_timeline_types";

const SINGLE = 300, PAGE = 100, SETTLED_MS = 180;
const here = document.getElementById("when")!;
const at = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const held: Drawn = { whole: null, bars: null, events: null, gaps: [], chosen: "" };
const given = new URLSearchParams(location.search);
let listed: Happening[] = [], box = here.dataset.box ?? "", space: Space | null = null, running = new AbortController(), settling = 0;

/** What is asked beside the window: the parties, words, kind, exhibit and region that the address names. */
function asked(window?: Stretch): URLSearchParams {
  const made = new URLSearchParams();
  for (const one of (here.dataset.of ?? "").split(" ").filter(Boolean)) made.append("of", one);
  for (const name of ["q", "kind", "exhibit"]) if (given.get(name)) made.set(name, given.get(name)!);
  if (box) made.set("box", box);
  if (window) { made.set("since", iso(Math.floor(window.since))); made.set("until", iso(Math.ceil(window.until))); }
  return made;
}

const picture = new Picture(at("picture"), {
  move: (to) => { picture.draw(held); window.clearTimeout(settling); settling = window.setTimeout(() => void settle(to), SETTLED_MS); },
  point: (one) => read(one),
  read: (words) => { at("reading").textContent = words; },
});

function read(one: Happening | null): void {
  if (one) at("reading").replaceChildren(...timeOf(one), ` · ${one.kind} · `, ...parties(one), one.description ? ` · ${one.description.slice(0, 120)} ` : " ", stripOf(one.strip));
}

async function settle(to: Stretch): Promise<void> {
  running.abort();
  const mine = (running = new AbortController());
  const whole = picture.stretch;
  try {
    const bars = await ask<Bars>(`/api/timeline/buckets?${asked(to)}&bars=${Math.min(400, Math.max(40, Math.round(picture.plotWidth / 5)))}&lanes=${space ? 5 : 10}`, { signal: mine.signal });
    const few = bars.events <= SINGLE;
    const found = await ask<Happenings>(`/api/timeline/events?${asked(to)}&limit=${few ? SINGLE : PAGE}`, { signal: mine.signal });
    if (whole !== picture.stretch) return;
    Object.assign(held, { bars, events: few ? found.events : null });
    listed = found.events;
    name(to);
    show(found.found);
    void space?.follow(asked(to));
    held.gaps = await told(asked(to), mine.signal);
    picture.draw(held);
  } catch (error) { tell(error); }
}

async function told(of: URLSearchParams, signal: AbortSignal): Promise<Gap[]> {
  const found = await ask<{ gaps: Gap[]; definition: string }>(`/api/timeline/gaps?${of}`, { signal });
  at("gaps").replaceChildren(...found.gaps.map((gap) => gapLine(gap, (one) => {
    const since = seconds(one.begins_utc), until = seconds(one.ends_utc), room = (until - since) * 0.15;
    picture.show({ since: since - room, until: until + room });
  })));
  at("gaps-said").textContent = found.gaps.length ? found.definition : "There is none in this stretch: fewer than two events have a time in UTC.";
  return found.gaps;
}

/** Have the address and the form name what is shown, and what else can be opened with the same filter. */
function name(to: Stretch): void {
  const made = asked(to);
  if (space) made.set("view", "map");
  history.replaceState(null, "", `/timeline?${made}`);
  at<HTMLInputElement>("since").value = iso(Math.floor(to.since));
  at<HTMLInputElement>("until").value = iso(Math.ceil(to.until));
  at<HTMLInputElement>("box").value = box;
  at<HTMLInputElement>("view").value = space ? "map" : "time";
  const day = (second: number): string => iso(second).slice(0, 10), days = `since:${day(to.since)} until:${day(to.until + 86_399)}`;
  const words = [given.get("q") ? `(${given.get("q")})` : "", days, given.get("exhibit") ? `exhibit:${given.get("exhibit")}` : ""].filter(Boolean).join(" ");
  const graph = new URLSearchParams({ since: made.get("since")!, until: made.get("until")! });
  if (given.get("q")) graph.set("q", given.get("q")!);
  const parties = made.getAll("of");
  if (parties[0]) graph.set("of", parties[0]);
  const left = [box ? "the region" : "", parties.length > 1 ? "the further parties" : "", given.get("kind") ? "the kind" : ""].filter(Boolean).join(", ");
  at("elsewhere").replaceChildren("The same stretch in: ", make("a", { href: `/search?${new URLSearchParams({ q: words })}` }, "search, by whole days"), make("a", { href: `/graph?${graph}` }, "graph"), left ? ` (${left}: not taken along)` : "");
}

function show(found: number): void {
  const bars = held.bars!, to = picture.stretch;
  at("window").replaceChildren(`${shown(to.since)} to ${shown(to.until)} UTC (${lasting(to.until - to.since)}): ${found.toLocaleString("en-GB")} events`,
    bars.unstated ? `, ${bars.unstated.toLocaleString("en-GB")} of them zone not stated` : "", box ? ", only in the region chosen on the map" : "",
    ...bars.notes.map((note) => `. ${note}`), held.events ? "." : ". Too many to draw one by one: bars count them; zoom in for single events.");
  if (!found && !held.whole?.events) at("window").textContent = "Nothing with a time fits. Take a filter away, or show everything.";
  legend(at("legend"), bars, held.events !== null);
  lines(found);
  picture.draw(held);
  untimed(bars.untimed).catch(tell);
}

function lines(found: number): void {
  at("events").replaceChildren(...listed.map((one) => line(one, one.id === held.chosen)));
  at("more").hidden = listed.length >= found;
  at("more").textContent = `More: ${listed.length.toLocaleString("en-GB")} of ${found.toLocaleString("en-GB")} are listed`;
}

at("more").addEventListener("click", () => {
  ask<Happenings>(`/api/timeline/events?${asked(picture.stretch)}&limit=${PAGE}&offset=${listed.length}`)
    .then((page) => { listed = [...listed, ...page.events]; lines(page.found); }).catch(tell);
});

let untimedFor = "";
async function untimed(many: number): Promise<void> {
  at("untimed-said").textContent = many ? `${many.toLocaleString("en-GB")} events have no time that was understood; they are in no picture.` : "Every event that fits has a time.";
  if (untimedFor === `${many} ${asked()}`) return;
  untimedFor = `${many} ${asked()}`;
  const found = many ? (await ask<Happenings>(`/api/timeline/events?${asked()}&time=none&limit=50`)).events : [];
  at("untimed").replaceChildren(...found.map((one) => make("li", { class: "at" }, make("span", {}, `${one.kind} · `, ...parties(one), one.time_written ? ` · written “${one.time_written}”` : ""), stripOf(one.strip))));
}

// --- choosing one event, by pointer or by key ------------------------------------------------------------------------

document.addEventListener("casegraph:walked", (event) => {
  held.chosen = (event.target as HTMLElement).dataset.id ?? "";
  read(listed.find((one) => one.id === held.chosen) ?? null);
  picture.draw(held);
});

function middle(): number {
  const one = listed.find((each) => each.id === held.chosen), moment = one ? momentOf(one) : NaN;
  const inside = moment >= picture.stretch.since && moment < picture.stretch.until;
  return inside ? moment : (picture.stretch.since + picture.stretch.until) / 2;
}

function span(of: number): void {
  const about = middle(), since = of >= 3600 && of <= 86_400 ? Math.floor(about / of) * of : about - of / 2;
  picture.show({ since, until: since + of });
}

function all(): void {
  const whole = wholeOf(held.whole);
  if (whole) picture.show(whole);
}

const inMap = (): boolean => space !== null && document.activeElement?.id === "map";
onKey("+", "zoom in (around the chosen event)", () => (inMap() ? space!.zoom(1.6) : picture.zoom(0.5, middle())));
onKey("=", "zoom in", () => (inMap() ? space!.zoom(1.6) : picture.zoom(0.5, middle())));
onKey("-", "zoom out", () => (inMap() ? space!.zoom(1 / 1.6) : picture.zoom(2, middle())));
onKey("0", "show all of it", all);
onKey("ArrowLeft", "earlier; on the map, west", () => (inMap() ? space!.pan(-60, 0) : picture.move(-0.25)));
onKey("ArrowRight", "later; on the map, east", () => (inMap() ? space!.pan(60, 0) : picture.move(0.25)));
onKey("y", "a year", () => span(31_536_000));
onKey("w", "a week", () => span(604_800));
onKey("D", "the day of the chosen event", () => span(86_400));
onKey("h", "an hour", () => span(3600));
onKey("m", "open or close the map", () => void toggle());
document.addEventListener("keydown", (event) => {
  if (!inMap() || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  event.preventDefault();
  space!.pan(0, event.key === "ArrowUp" ? -60 : 60);
});
for (const button of document.querySelectorAll<HTMLElement>("[data-zoom]")) {
  button.addEventListener("click", () => (button.dataset.zoom === "all" ? all() : picture.zoom(button.dataset.zoom === "in" ? 0.5 : 2, middle())));
}
for (const button of document.querySelectorAll<HTMLElement>("[data-span]")) button.addEventListener("click", () => span(Number(button.dataset.span)));

// --- saving ----------------------------------------------------------------------------------------------------------

/** What the picture is of, in words: the parties, and whatever else narrows it. */
function filters(): string {
  const parties = [...document.querySelectorAll<HTMLElement>("#ask .chip > a:first-child")].map((one) => one.textContent?.trim() ?? "");
  const told = [parties.length ? `events of which one of these is a party: ${parties.join(", ")}` : "events of every party", given.get("q") ? `in passages with ${given.get("q")}` : "",
    given.get("kind") ? `of the kind ${given.get("kind")}` : "", given.get("exhibit") ? `in ${given.get("exhibit")}` : "", box ? `in the region ${box} (west, south, east, north)` : ""];
  return told.filter(Boolean).join("; ");
}

/** How much was read, as it stands at the head of the page, without its link. */
function honest(): string {
  const line = document.querySelector(".when-head .honest")?.cloneNode(true) as HTMLElement | undefined;
  line?.querySelector("a")?.remove();
  return line?.textContent?.replace(/\s+/g, " ").trim() ?? "";
}

async function saveAs(kind: "png" | "svg"): Promise<void> {
  const on = new Date(), said = { title: here.dataset.case ?? "", filters: filters(), honest: honest() };
  const made = held.bars ? pictured(at("picture"), said, held.bars, held.events !== null, picture.stretch, on) : null;
  if (!made) { say("nothing is drawn yet"); return; }
  try { say(await saved(made, "timeline", kind, on)); } catch (error) { say(error instanceof Error ? error.message : "the picture could not be saved"); }
}
for (const button of document.querySelectorAll<HTMLElement>("[data-save]")) button.addEventListener("click", () => void saveAs(button.dataset.save === "svg" ? "svg" : "png"));

// --- the map, fetched when it is opened ------------------------------------------------------------------------------

async function toggle(): Promise<void> {
  const open = at("space").hidden;
  at("space").hidden = !open;
  at("open-map").setAttribute("aria-expanded", String(open));
  if (!open) { space = null; return void settle(picture.stretch); }
  const { openMap } = await import("./_map");
  space = openMap(here.dataset.world!, { region: (to) => { box = to; void anew(); }, lanes: () => held.bars?.lanes.map((lane) => lane.party) ?? [], stretch: () => asked(picture.stretch) });
  await settle(picture.stretch);
}
at("open-map").addEventListener("click", () => void toggle().catch(tell));

/** Ask again what there is altogether, since more was chosen than the window. */
async function anew(): Promise<void> {
  try {
    held.whole = await ask<Bars>(`/api/timeline/buckets?${asked()}&bars=200&lanes=0`);
    await settle(picture.stretch);
    say(box ? "Only what is in that region is shown." : "Every region is shown.");
  } catch (error) { tell(error); }
}

async function begin(): Promise<void> {
  held.whole = await ask<Bars>(`/api/timeline/buckets?${asked()}&bars=200&lanes=0`);
  const whole = wholeOf(held.whole), since = seconds(given.get("since") ?? ""), until = seconds(given.get("until") ?? "");
  if (here.dataset.view === "map") await toggle();
  if (whole) picture.show({ since: Number.isNaN(since) ? whole.since : since, until: Number.isNaN(until) ? Math.max(whole.until, (since || 0) + 60) : until });
  else { at("window").textContent = "Nothing with a time fits. Take a filter away, or show everything."; await untimed(held.whole.untimed); }
}
begin().catch(tell);
