// The picture of events in time: an overview of everything, a row of bars for all parties and one for each, single events when they are few.
import { axis } from "./_timeline_axis";
import { svg } from "./_svg";
import { hatch, mark } from "./_timeline_marks";
import { evidenceUrl } from "./_strip";
import { momentOf, seconds, shown, type Bar, type Bars, type Gap, type Happening, type Stretch } from "./_timeline_types";

const NAMES = 210, RIGHT = 14, OVERVIEW = 34, AXIS = 20, ALL = 48, LANE = 30;
const NARROWEST_S = 10, WIDEST_S = 400 * 31_557_600;

export interface Drawn { whole: Bars | null; bars: Bars | null; events: Happening[] | null; gaps: Gap[]; chosen: string }
interface Heard { move(to: Stretch): void; point(one: Happening | null): void; read(words: string): void }

export class Picture {
  stretch: Stretch = { since: 0, until: 1 };
  private drawn: Drawn = { whole: null, bars: null, events: null, gaps: [], chosen: "" };
  private width = 900;

  constructor(private readonly host: HTMLElement, private readonly heard: Heard) {
    new ResizeObserver(() => this.draw(this.drawn)).observe(host);
    host.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    host.addEventListener("pointerdown", (event) => this.press(event));
    host.addEventListener("pointermove", (event) => this.hover(event));
  }

  get plotWidth(): number { return Math.max(120, this.width - NAMES - RIGHT); }
  private x = (at: number): number => NAMES + ((at - this.stretch.since) / (this.stretch.until - this.stretch.since)) * this.plotWidth;
  private at(px: number, of: Stretch = this.stretch): number { return of.since + ((px - NAMES) / this.plotWidth) * (of.until - of.since); }

  /** Show a stretch, no narrower than ten seconds. */
  show(to: Stretch): void {
    const span = Math.min(Math.max(to.until - to.since, NARROWEST_S), WIDEST_S), middle = (to.since + to.until) / 2;
    const wide = Math.abs(span - (to.until - to.since)) < 1e-6 ? to : { since: middle - span / 2, until: middle + span / 2 };
    const earliest = -30_000_000_000, latest = 220_000_000_000;
    this.stretch = { since: Math.max(wide.since, earliest), until: Math.min(wide.until, latest) };
    this.heard.move(this.stretch);
    this.draw(this.drawn);
  }

  zoom(by: number, around = (this.stretch.since + this.stretch.until) / 2): void {
    this.show({ since: around - (around - this.stretch.since) * by, until: around + (this.stretch.until - around) * by });
  }

  move(share: number): void {
    const by = (this.stretch.until - this.stretch.since) * share;
    this.show({ since: this.stretch.since + by, until: this.stretch.until + by });
  }

  draw(drawn: Drawn): void {
    this.drawn = drawn;
    this.width = this.host.clientWidth || 900;
    const lanes = drawn.bars?.lanes ?? [];
    const top = OVERVIEW + 8, rows = top + AXIS, height = rows + ALL + 6 + lanes.length * LANE + (drawn.bars?.more_lanes ? 20 : 4);
    const page = svg("svg", { width: this.width, height, viewBox: `0 0 ${this.width} ${height}`, role: "presentation" }, hatch());
    page.append(this.overview(drawn.whole), axis(this.stretch, this.x, this.plotWidth, top, height - 4));
    const clip = svg("clipPath", { id: "plot" });
    clip.append(svg("rect", { x: NAMES, y: 0, width: this.plotWidth, height }));
    page.append(clip);
    page.append(this.row("Everything", `${(drawn.bars?.events ?? 0).toLocaleString("en-GB")}`, rows, ALL, drawn.bars?.bars ?? [], drawn.events, drawn.gaps));
    const most = Math.max(1, ...lanes.flatMap((lane) => lane.bars.map((bar) => bar.stated + bar.unstated)));
    lanes.forEach((lane, at) => {
      const mine = drawn.events?.filter((one) => one.parties.some((party) => party.entity_id === lane.party.entity)) ?? null;
      const name = `${lane.party.kind.replaceAll("_", " ")} ${lane.party.value}`;
      page.append(this.row(name, lane.events.toLocaleString("en-GB"), rows + ALL + 6 + at * LANE, LANE - 4, lane.bars, mine, [], most, `/entities/${lane.party.entity}`));
    });
    if (drawn.bars?.more_lanes) page.append(svg("text", { x: 4, y: height - 6 }, `and ${drawn.bars.more_lanes.toLocaleString("en-GB")} more parties`));
    this.host.replaceChildren(page);
  }

  private overview(whole: Bars | null): SVGGElement {
    const group = svg("g");
    group.append(svg("text", { x: 4, y: 20 }, "All of it"), svg("rect", { x: NAMES, y: 2, width: this.plotWidth, height: OVERVIEW - 4, class: "lane" }));
    const span = wholeOf(whole);
    if (!whole || !span) return group;
    const x = (at: number): number => NAMES + ((at - span.since) / (span.until - span.since)) * this.plotWidth;
    const most = Math.max(1, ...whole.bars.map((bar) => bar.stated + bar.unstated));
    group.append(bars(whole.bars, whole.step_s, x, OVERVIEW - 3, OVERVIEW - 8, most));
    const left = Math.max(NAMES, Math.min(x(this.stretch.since), NAMES + this.plotWidth - 3)), right = Math.max(left + 3, Math.min(NAMES + this.plotWidth, x(this.stretch.until)));
    group.append(svg("rect", { x: left, y: 1, width: right - left, height: OVERVIEW - 2, class: "window" }));
    return group;
  }

  private row(name: string, count: string, top: number, height: number, held: Bar[], events: Happening[] | null, gaps: Gap[], most = 0, href = ""): SVGGElement {
    const group = svg("g"), label = svg("text", { x: 4, y: top + height / 2 + 4, class: "name" }, cut(name, 24));
    label.append(svg("title", {}, `${name}: ${count} events here`));
    group.append(svg("rect", { x: NAMES, y: top, width: this.plotWidth, height, class: "lane" }));
    group.append(href ? svg("a", { href, class: "name", "aria-label": `${name}, ${count} events` }, label) : label);
    const number = svg("text", { x: NAMES - 6, y: top + height / 2 + 4, "text-anchor": "end" }, count);
    const plot = svg("g", { "clip-path": "url(#plot)" });
    if (events) this.single(plot, events, top, height);
    else plot.append(bars(held, this.drawn.bars?.step_s ?? 1, this.x, top + height - 1, height - 3, most || Math.max(1, ...held.map((bar) => bar.stated + bar.unstated))));
    for (const gap of gaps) {
      const from = this.x(seconds(gap.begins_utc)), to = this.x(seconds(gap.ends_utc));
      if (to - from > 12) plot.append(svg("path", { d: `M${from + 2} ${top + 7}V${top + 3}H${to - 2}V${top + 7}`, class: "gap" }));
    }
    group.append(number, plot);
    return group;
  }

  /** Draw events one by one; those whose zone is not stated with the interval in which they lie. */
  private single(plot: SVGGElement, events: Happening[], top: number, height: number): void {
    const taken: number[] = [], levels = Math.max(1, Math.floor(height / 13));
    for (const one of events) {
      const at = Math.min(Math.max(momentOf(one), this.stretch.since), this.stretch.until), x = Math.min(Math.max(this.x(at), NAMES + 8), NAMES + this.plotWidth - 8);
      let level = 0;
      while (level < levels - 1 && x - (taken[level] ?? -Infinity) < 13) level += 1;
      taken[level] = Math.max(x, taken[level] ?? -Infinity);
      const y = top + height / 2 + (level - (levels - 1) / 2) * 13;
      const ends = seconds(one.until_utc);
      if (one.time_utc && ends > at) plot.append(svg("line", { x1: x, x2: this.x(ends), y1: y, y2: y, class: "lasts" }));
      if (!one.time_utc) {
        const lasts = seconds(one.until_local || one.until_utc), from = this.x(seconds(one.earliest_utc)), to = this.x(Math.max(seconds(one.latest_utc), lasts + 43_200 || 0));
        plot.append(svg("path", { d: `M${from} ${y - 3}V${y + 3}M${from} ${y}H${to}M${to} ${y - 3}V${y + 3}`, class: "interval" }));
      }
      const link = svg("a", { href: evidenceUrl(one.strip.exhibit, one.strip.segment), transform: `translate(${x} ${y})`, tabindex: "-1", "data-id": one.id, "aria-label": `${one.kind} ${one.time_utc || one.time_written}` });
      link.append(svg("rect", { x: -7, y: -7, width: 14, height: 14, fill: "transparent" }), mark(one.kind, one.time_utc ? "" : "wide"));
      if (one.id === this.drawn.chosen) link.append(svg("circle", { r: 9, class: "chosen" }));
      plot.append(link);
    }
  }

  private wheel(event: WheelEvent): void {
    if (event.ctrlKey) return;
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.move(event.deltaX / this.plotWidth);
    else this.zoom(Math.exp(Math.max(-200, Math.min(200, event.deltaY)) * 0.0022), this.at(Math.max(NAMES, this.place(event).x)));
  }

  private place(event: MouseEvent): { x: number; y: number } {
    const box = this.host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private press(event: PointerEvent): void {
    const from = this.place(event);
    if (event.button !== 0 || from.x < NAMES) return;
    const began = this.stretch, whole = wholeOf(this.drawn.whole), over = from.y < OVERVIEW && whole !== null, brushing = over || event.shiftKey;
    let moved = false;
    const of = over && whole ? whole : began;
    const step = (now: PointerEvent): void => {
      const to = this.place(now);
      if (!moved && Math.abs(to.x - from.x) < 4) return;
      if (!moved) { moved = true; this.host.setPointerCapture(event.pointerId); this.host.classList.add("moving"); }
      if (brushing) this.brush(from.x, to.x, over);
      else { const by = this.at(from.x, began) - this.at(to.x, began); this.show({ since: began.since + by, until: began.until + by }); }
    };
    const end = (now: PointerEvent): void => {
      this.host.removeEventListener("pointermove", step);
      this.host.classList.remove("moving");
      const to = this.place(now).x;
      if (brushing && moved) this.show({ since: this.at(Math.min(from.x, to), of), until: this.at(Math.max(from.x, to), of) });
    };
    this.host.addEventListener("pointermove", step);
    this.host.addEventListener("pointerup", end, { once: true });
    this.host.addEventListener("pointercancel", end, { once: true });
    if (brushing) event.preventDefault();
  }

  private brush(from: number, to: number, over: boolean): void {
    this.host.querySelector(".brush")?.remove();
    const page = this.host.querySelector("svg");
    page?.append(svg("rect", { x: Math.min(from, to), y: over ? 1 : OVERVIEW + 4, width: Math.abs(to - from), height: over ? OVERVIEW - 2 : page.clientHeight - OVERVIEW - 8, class: "brush" }));
  }

  private hover(event: PointerEvent): void {
    const link = (event.target as Element).closest<SVGAElement>("a[data-id]");
    const one = link ? this.drawn.events?.find((each) => each.id === link.dataset.id) : undefined;
    if (one) { this.heard.point(one); return; }
    const { x, y } = this.place(event), held = this.drawn.bars;
    if (!held || this.drawn.events || x < NAMES || y < OVERVIEW) return;
    const bar = held.bars.find((each) => this.at(x) >= each.begins_s && this.at(x) < each.begins_s + held.step_s);
    if (bar) this.heard.read(`${shown(bar.begins_s)} to ${shown(bar.begins_s + held.step_s)} UTC: ${(bar.stated + bar.unstated).toLocaleString("en-GB")} events begin here${bar.unstated ? `, ${bar.unstated.toLocaleString("en-GB")} of them with no zone stated` : ""}.`);
  }
}

/** The whole time that anything fits, a little wider. */
export function wholeOf(whole: Bars | null): Stretch | null {
  if (!whole?.since) return null;
  const since = seconds(whole.since), until = seconds(whole.until), room = Math.max((until - since) * 0.02, NARROWEST_S / 2);
  return { since: since - room, until: until + room };
}

function bars(held: Bar[], step: number, x: (at: number) => number, foot: number, height: number, most: number): SVGGElement {
  const group = svg("g");
  let stated = "", unstated = "";
  for (const bar of held) {
    const left = x(bar.begins_s), wide = Math.max(1.5, x(bar.begins_s + step) - left - (x(bar.begins_s + step) - left > 4 ? 1 : 0));
    const tall = bar.stated ? Math.max(2, (bar.stated / most) * height) : 0, more = bar.unstated ? Math.max(3, (bar.unstated / most) * height) : 0;
    if (tall) stated += `M${left.toFixed(1)} ${foot}v-${tall.toFixed(1)}h${wide.toFixed(1)}V${foot}Z`;
    if (more) unstated += `M${left.toFixed(1)} ${(foot - tall).toFixed(1)}v-${more.toFixed(1)}h${wide.toFixed(1)}v${more.toFixed(1)}Z`;
  }
  group.append(svg("path", { d: stated, class: "bar" }), svg("path", { d: unstated, class: "unstated" }));
  return group;
}

function cut(words: string, longest: number): string {
  return words.length <= longest ? words : `${words.slice(0, longest - 1)}…`;
}
