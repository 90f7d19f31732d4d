// The graph as a picture that is saved: things, lines and, where they are shown, groups, laid out as on screen.
import { widthOf } from "./_graph_look";
import { crown, hull, strokeOf } from "./_graph_hull";
import { filled, outline } from "./_graph_symbols";
import { ACCENT, drawnOn, framed, GROUP_COLOURS, INK, PAPER, SOFT, text, type Entry, type Saved } from "./_saved_picture";
import { svg } from "./_svg";
import type { Group } from "./_graph_groups";
import type { Bond, Family, Form, Thing } from "./_graph_state";
import type { Spot } from "./_graph_layout";

export type Scene = { title: string; definition: string; things: (Thing & Spot)[]; bonds: Bond[]; hidden: number; more: Map<string, number>; groups: Group[]; groupsSaid: string };
const MARGIN = 70;
const FORMS: [Form, string][] = [["person", "person, made by people"], ["name", "name"], ["identifier", "identifier"], ["organisation", "organisation"], ["place", "place"], ["other", "date, sum, room"]];
const LINES: [Family, string][] = [["communication", "contact"], ["stated", "stated"], ["co_mention", "named together"]];

function stroke(family: Family): Record<string, string | number> {
  if (family === "communication") return { stroke: INK };
  return { stroke: SOFT, "stroke-dasharray": family === "stated" ? "8 5" : "1.5 5", "stroke-linecap": family === "stated" ? "butt" : "round" };
}

function drawnThing(thing: Thing & Spot, more: number): SVGElement {
  const mark = outline(thing.form, 11);
  for (const [key, value] of Object.entries({ fill: filled(thing.form) ? ACCENT : PAPER, stroke: filled(thing.form) ? ACCENT : INK, "stroke-width": 2 })) mark.setAttribute(key, String(value));
  const label = thing.label.length > 40 ? `${thing.label.slice(0, 39)}…` : thing.label;
  const halo = { "text-anchor": "middle", stroke: PAPER, "stroke-width": 3, "paint-order": "stroke" };
  const made = svg("g", { transform: `translate(${thing.x} ${thing.y})` }, svg("title", {}, `${thing.kind} ${thing.label}`), mark, text(0, 26, 12, `${label}${thing.reviewed ? " ✓" : ""}`, halo));
  if (more > 0) made.append(text(0, 40, 10, `+${more.toLocaleString("en-GB")} more`, { ...halo, fill: SOFT }));
  return made;
}

function drawnBond(bond: Bond, from: Spot, to: Spot, aside: number): SVGElement {
  const long = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const over = { x: (-(to.y - from.y) / long) * aside, y: ((to.x - from.x) / long) * aside };
  const line = svg("line", {
    x1: from.x + over.x, y1: from.y + over.y, x2: to.x + over.x, y2: to.y + over.y, "stroke-width": widthOf(bond.supports), ...stroke(bond.family),
  }, svg("title", {}, `${Object.keys(bond.kinds).join(", ")}, ${bond.supports}`));
  const made = svg("g", { opacity: 0.8 }, line);
  if (bond.family === "co_mention" || long < 40) return made;
  const turn = Math.atan2(to.y - from.y, to.x - from.x) * 180 / Math.PI, fill = bond.family === "stated" ? SOFT : INK;
  const head = (at: Spot, towards: number): SVGElement => svg("polygon", { points: "-15,0 -25,-5 -25,5", fill, transform: `translate(${at.x + over.x} ${at.y + over.y}) rotate(${towards})` });
  if (bond.forth > 0) made.append(head(to, turn));
  if (bond.forth < bond.supports) made.append(head(from, turn + 180));
  return made;
}

const around = (at: number): Record<string, string | number> => {
  const colour = GROUP_COLOURS[at % GROUP_COLOURS.length] ?? INK;
  return { fill: colour, "fill-opacity": 0.06, stroke: colour, "stroke-width": 2, "stroke-dasharray": strokeOf(at) };
};

function drawnGroup(group: Group, at: number, places: ReadonlyMap<string, Spot>): { under: SVGElement[]; over: SVGElement[] } {
  const spots = group.members.flatMap((id) => places.get(id) ?? []), top = crown(spots), fill = GROUP_COLOURS[at % GROUP_COLOURS.length] ?? INK;
  if (!spots.length) return { under: [], over: [] };
  const letter = (x: number, y: number, size: number): SVGElement => text(x, y, size, group.letter, { fill, "font-weight": "bold", stroke: PAPER, "stroke-width": 3, "paint-order": "stroke" });
  return { under: [svg("path", { d: hull(spots), ...around(at) })], over: [letter(top.x, top.y, 20), ...spots.map((spot) => letter(spot.x + 13, spot.y - 10, 12))] };
}

function legend(groups: Group[]): Entry[] {
  const forms = FORMS.map(([form, words]): Entry => {
    const mark = outline(form, 7);
    mark.setAttribute("fill", filled(form) ? ACCENT : PAPER);
    mark.setAttribute("stroke", filled(form) ? ACCENT : INK);
    return { mark, words, room: 16 };
  });
  const lines = LINES.map(([family, words]): Entry => ({ mark: svg("line", { x1: -16, x2: 16, y1: 0, y2: 0, "stroke-width": 2.5, ...stroke(family) }), words, room: 34 }));
  const letters = groups.map((group, at): Entry => ({ mark: svg("rect", { x: -10, y: -7, width: 20, height: 14, rx: 4, ...around(at) }), words: `group ${group.letter}`, room: 22 }));
  return [...forms, ...lines, { mark: svg("g"), words: "✓ confirmed by a person; filled: made by people", room: 0 }, ...letters];
}

/** The picture whole, stamped, with what it shows and what its marks mean. */
export function pictured(scene: Scene, on: Date): Saved {
  const xs = scene.things.map((one) => one.x), ys = scene.things.map((one) => one.y);
  const lowest = (all: number[]): number => all.reduce((least, one) => Math.min(least, one), Infinity);
  const highest = (all: number[]): number => all.reduce((most, one) => Math.max(most, one), -Infinity);
  const [left, top] = [lowest(xs), lowest(ys)];
  const at = new Map(scene.things.map((one) => [one.id, { ...one, x: one.x - left + MARGIN, y: one.y - top + MARGIN }]));
  const seen = new Map<string, number>();
  const lines = scene.bonds.flatMap((bond) => {
    const from = at.get(bond.a), to = at.get(bond.b), pair = `${bond.a} ${bond.b}`;
    if (!from || !to) return [];
    const before = seen.get(pair) ?? 0;
    seen.set(pair, before + 1);
    return [drawnBond(bond, from, to, before * 7)];
  });
  const groups = scene.groups.map((group, place) => drawnGroup(group, place, at));
  return framed({
    title: scene.title, width: highest(xs) - left + 2 * MARGIN, height: highest(ys) - top + 2 * MARGIN,
    told: [
      `${drawnOn(on)}; ${scene.things.length.toLocaleString("en-GB")} things, ${scene.bonds.length.toLocaleString("en-GB")} lines${scene.hidden ? `; ${scene.hidden.toLocaleString("en-GB")} things hidden by the filters` : ""}.`,
      `Shown: ${scene.definition}`, ...(scene.groups.length ? [`Groups, by letter: ${scene.groupsSaid} An outline may run around a thing that is no member: members bear the letter.`] : []),
    ],
    parts: [
      svg("g", {}, ...groups.flatMap((one) => one.under)), svg("g", {}, ...lines),
      svg("g", {}, ...[...at.values()].map((one) => drawnThing(one, scene.more.get(one.id) ?? 0))), svg("g", {}, ...groups.flatMap((one) => one.over)),
    ],
    key: legend(scene.groups),
  });
}
