// The timeline as a picture that is saved: what is on screen, in light colours that need no style sheet, with what it shows and what its marks mean.
import { ACCENT, AMBER, drawnOn, FAINT, framed, INK, LINE, PAPER, SOFT, type Entry, type Saved } from "./_saved_picture";
import { svg } from "./_svg";
import { mark } from "./_timeline_marks";
import { lasting, shown, type Bars, type Stretch } from "./_timeline_types";

type Look = Record<string, string | number>;
const MARGIN = 20, FONT = "Liberation Sans, DejaVu Sans, Arial, sans-serif";
/** What the classes of the picture say on screen; a later class of an element takes the place of an earlier one. */
const LOOKS: Record<string, Look> = {
  lane: { fill: FAINT }, tick: { stroke: LINE }, major: { stroke: SOFT }, bar: { fill: ACCENT }, unstated: { fill: "url(#hatch)", stroke: AMBER },
  hatch: { stroke: AMBER, "stroke-width": 2 }, mark: { fill: PAPER, stroke: ACCENT, "stroke-width": 1.6 }, full: { fill: ACCENT },
  wide: { fill: PAPER, stroke: AMBER, "stroke-dasharray": "2 1.5" }, interval: { fill: "none", stroke: AMBER, "stroke-width": 1.5, "stroke-dasharray": "3 3" },
  lasts: { stroke: ACCENT, "stroke-width": 3 }, gap: { fill: "none", stroke: SOFT, "stroke-width": 2, "stroke-dasharray": "1 3" },
  window: { fill: ACCENT, "fill-opacity": 0.18, stroke: ACCENT },
};

/** Make a part of the screen's picture one that stands for itself: no classes, no links, nothing that is merely chosen. */
function plain<T extends Element>(part: T): T {
  for (const gone of part.querySelectorAll(".brush, .chosen")) gone.remove();
  for (const link of [...part.querySelectorAll("a")].reverse()) {
    const group = svg("g", {}, ...link.childNodes), at = link.getAttribute("transform");
    if (at) group.setAttribute("transform", at);
    link.replaceWith(group);
  }
  for (const one of [part, ...part.querySelectorAll("*")]) {
    if (one.localName === "text") for (const [key, value] of Object.entries({ fill: one.classList.contains("name") ? INK : SOFT, "font-size": 12, "font-family": FONT })) one.setAttribute(key, String(value));
    for (const name of one.classList) for (const [key, value] of Object.entries(LOOKS[name] ?? {})) one.setAttribute(key, String(value));
    one.removeAttribute("class");
  }
  return part;
}

function legend(bars: Bars, single: boolean): Entry[] {
  const bar = (name: string): SVGElement => svg("rect", { x: -4, y: -6, width: 8, height: 12, ...LOOKS[name] });
  const entries: Entry[] = single ? bars.kinds.map((one) => ({ mark: plain(svg("g", {}, mark(one.kind))), words: one.kind, room: 16 }))
    : [{ mark: bar("bar"), words: `a bar is ${lasting(bars.step_s)}; its height the number of events, to one scale for all parties`, room: 12 }];
  if (bars.unstated) entries.push(single
    ? { mark: svg("path", { d: "M-9 -3V3M-9 0H9M9 -3V3", ...LOOKS.interval }), words: "zone not stated: somewhere in this interval; the mark stands at the time as written", room: 20 }
    : { mark: bar("unstated"), words: "zone not stated: by the time as written", room: 12 });
  return [...entries, { mark: svg("path", { d: "M-8 3V-2H8V3", ...LOOKS.gap }), words: "a long stretch without an event", room: 20 }];
}

/** What is said of the picture: what it shows, of what, and what is not in it. */
export type Said = { title: string; filters: string; honest: string };

/** The picture on screen as one that stands for itself, stamped; null where nothing is drawn yet. */
export function pictured(host: HTMLElement, of: Said, bars: Bars, single: boolean, stretch: Stretch, on: Date): Saved | null {
  const drawn = host.querySelector("svg");
  if (!drawn) return null;
  const copy = plain(drawn.cloneNode(true) as SVGSVGElement), count = (many: number): string => many.toLocaleString("en-GB");
  const width = Number(drawn.getAttribute("width")), height = Number(drawn.getAttribute("height"));
  return framed({
    title: of.title, width: width + 2 * MARGIN, height, parts: [svg("g", { transform: `translate(${MARGIN} 0)` }, ...copy.children)], key: legend(bars, single),
    told: [
      `${drawnOn(on)}; ${shown(stretch.since)} to ${shown(stretch.until)} UTC (${lasting(stretch.until - stretch.since)}): ${count(bars.events)} events, ${count(bars.unstated)} of them zone not stated; ${count(bars.untimed)} more that fit have no time that was understood.`,
      `Shown: ${of.filters}. ${[...bars.notes, of.honest].filter(Boolean).join(" ")}`,
    ],
  });
}
