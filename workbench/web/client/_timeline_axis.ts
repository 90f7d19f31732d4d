// The axis: ticks from centuries to seconds, in UTC.
import { svg } from "./_svg";
import type { Stretch } from "./_timeline_types";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
type Unit = { size: number; every: number; of: "second" | "month" | "year" };
const UNITS: Unit[] = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800].map(
    (every): Unit => ({ size: every, every, of: "second" })),
  ...[1, 2, 3, 6].map((every): Unit => ({ size: every * 2_629_800, every, of: "month" })),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((every): Unit => ({ size: every * 31_557_600, every, of: "year" })),
];

/** The ticks of a stretch, about `px` wide: where each stands, what it says, whether something larger begins there. */
export function ticks(stretch: Stretch, px: number): { at: number; words: string; major: boolean }[] {
  const room = (stretch.until - stretch.since) * (92 / Math.max(px, 1));
  const unit = UNITS.find((one) => one.size >= room) ?? UNITS[UNITS.length - 1]!;
  const made: { at: number; words: string; major: boolean }[] = [];
  if (unit.of === "second") {
    const offset = unit.every === 604_800 ? 345_600 : 0;
    for (let at = Math.ceil((stretch.since - offset) / unit.every) * unit.every + offset; at <= stretch.until; at += unit.every) made.push({ at, ...said(at, unit) });
    return made;
  }
  const step = unit.of === "year" ? 12 * unit.every : unit.every;
  const first = new Date(stretch.since * 1000);
  let month = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / step) * step;
  for (; made.length < 60; month += step) {
    const day = new Date(0);
    day.setUTCFullYear(Math.floor(month / 12), month % 12, 1);
    const at = day.getTime() / 1000;
    if (at > stretch.until) break;
    if (at >= stretch.since) made.push({ at, ...said(at, unit) });
  }
  return made;
}

function said(at: number, unit: Unit): { words: string; major: boolean } {
  const day = new Date(at * 1000);
  const date = `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]}`;
  if (unit.of === "year") return { words: String(day.getUTCFullYear()), major: false };
  if (unit.of === "month") return { words: `${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`, major: day.getUTCMonth() === 0 };
  if (unit.every >= 86_400) return { words: `${date}${day.getUTCDate() <= 7 ? ` ${day.getUTCFullYear()}` : ""}`, major: day.getUTCDate() === 1 };
  if (at % 86_400 === 0) return { words: `${date} ${day.getUTCFullYear()}`, major: true };
  return { words: day.toISOString().slice(11, unit.every < 60 ? 19 : 16), major: at % 3600 === 0 && unit.every < 3600 };
}

export function axis(stretch: Stretch, x: (at: number) => number, px: number, top: number, bottom: number): SVGGElement {
  const group = svg("g");
  for (const tick of ticks(stretch, px)) {
    group.append(svg("line", { x1: x(tick.at), x2: x(tick.at), y1: top + 16, y2: bottom, class: tick.major ? "tick major" : "tick" }));
    if (x(tick.at) + 3 + tick.words.length * 7 < x(stretch.until) + 14) group.append(svg("text", { x: x(tick.at) + 3, y: top + 12 }, tick.words));
  }
  return group;
}
