// A picture that is saved: what is on screen as SVG, or PNG made of it, with what it is stamped into the picture itself.
import { widthOf } from "./_graph_look";
import { filled, outline, svg } from "./_graph_symbols";
import type { Bond, Family, Form, Thing } from "./_graph_state";
import type { Spot } from "./_graph_layout";

export type Scene = { title: string; definition: string; things: (Thing & Spot)[]; bonds: Bond[]; hidden: number; more: Map<string, number> };
const STAMP = "Illustrative aid, not evidence";
const INK = "#1c1e21", SOFT = "#565c64", PAPER = "#ffffff", ACCENT = "#1f5f8b", FONT = "Liberation Sans, DejaVu Sans, Arial, sans-serif";
const NARROWEST = 900, MARGIN = 70;
const FORMS: [Form, string][] = [["person", "person, made by people"], ["name", "name"], ["identifier", "identifier"], ["organisation", "organisation"], ["place", "place"], ["other", "date, sum, room"]];
const LINES: [Family, string][] = [["communication", "contact"], ["stated", "stated"], ["co_mention", "named together"]];

const text = (x: number, y: number, size: number, words: string, more: Record<string, string | number> = {}): SVGElement =>
  svg("text", { x, y, "font-size": size, "font-family": FONT, fill: INK, ...more }, words);

function stroke(family: Family): Record<string, string | number> {
  if (family === "communication") return { stroke: INK };
  return { stroke: SOFT, "stroke-dasharray": family === "stated" ? "8 5" : "1.5 5", "stroke-linecap": family === "stated" ? "butt" : "round" };
}

function wrapped(words: string, most: number): string[] {
  const lines = [""];
  for (const word of words.split(/\s+/)) {
    const last = lines[lines.length - 1] ?? "";
    if (last && last.length + word.length + 1 > most) lines.push(word); else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
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

function legend(x: number, y: number, wide: number): { made: SVGElement; high: number } {
  const made = svg("g", {});
  let left = x, top = y;
  const place = (mark: SVGElement, words: string, room: number): void => {
    const needs = room + 8 + words.length * 7 + 20;
    if (left + needs > x + wide) { left = x; top += 22; }
    mark.setAttribute("transform", `translate(${left + room / 2} ${top})`);
    made.append(mark, text(left + room + 6, top + 4, 12, words, { fill: SOFT }));
    left += needs;
  };
  for (const [form, words] of FORMS) {
    const mark = outline(form, 7);
    mark.setAttribute("fill", filled(form) ? ACCENT : PAPER);
    mark.setAttribute("stroke", filled(form) ? ACCENT : INK);
    place(mark, words, 16);
  }
  for (const [family, words] of LINES) place(svg("line", { x1: -16, x2: 16, y1: 0, y2: 0, "stroke-width": 2.5, ...stroke(family) }), words, 34);
  place(svg("g", {}), "✓ confirmed by a person; filled: made by people", 0);
  return { made, high: top - y + 22 };
}

/** The picture as SVG text, whole: nothing outside it is needed, and nothing in it runs. */
export function pictured(scene: Scene, on: Date): { markup: string; width: number; height: number } {
  const xs = scene.things.map((one) => one.x), ys = scene.things.map((one) => one.y);
  const lowest = (all: number[]): number => all.reduce((least, one) => Math.min(least, one), Infinity);
  const highest = (all: number[]): number => all.reduce((most, one) => Math.max(most, one), -Infinity);
  const [left, top] = [lowest(xs), lowest(ys)];
  const inner = { width: highest(xs) - left + 2 * MARGIN, height: highest(ys) - top + 2 * MARGIN };
  const width = Math.max(NARROWEST, Math.ceil(inner.width));
  const most = Math.floor((width - 48) / 6.2);
  const told = [
    `Drawn ${on.toISOString().slice(0, 16).replace("T", " ")} UTC; ${scene.things.length.toLocaleString("en-GB")} things, ${scene.bonds.length.toLocaleString("en-GB")} lines${scene.hidden ? `; ${scene.hidden.toLocaleString("en-GB")} things hidden by the filters` : ""}.`,
    ...wrapped(`Shown: ${scene.definition}`, most),
  ];
  const head = 74 + told.length * 16;
  const key = legend(24, 0, width - 48);
  const height = Math.ceil(head + inner.height + key.high + 40);
  const at = new Map(scene.things.map((one) => [one.id, { ...one, x: one.x - left + MARGIN + (width - inner.width) / 2, y: one.y - top + MARGIN + head }]));
  const seen = new Map<string, number>();
  const lines = scene.bonds.flatMap((bond) => {
    const from = at.get(bond.a), to = at.get(bond.b), pair = `${bond.a} ${bond.b}`;
    if (!from || !to) return [];
    const before = seen.get(pair) ?? 0;
    seen.set(pair, before + 1);
    return [drawnBond(bond, from, to, before * 7)];
  });
  key.made.setAttribute("transform", `translate(0 ${height - key.high - 6})`);
  const image = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" },
    svg("title", {}, `${scene.title}: ${STAMP}`), svg("rect", { width, height, fill: PAPER }),
    svg("g", {}, ...lines), svg("g", {}, ...[...at.values()].map((one) => drawnThing(one, scene.more.get(one.id) ?? 0))),
    svg("rect", { width, height: head, fill: PAPER }), text(24, 32, 18, scene.title, { "font-weight": "bold" }),
    svg("rect", { x: width - 24 - 262, y: 13, width: 262, height: 28, fill: "none", stroke: INK, "stroke-width": 1.5 }),
    text(width - 24 - 131, 32, 15, STAMP, { "text-anchor": "middle", "font-weight": "bold" }),
    ...told.map((words, line) => text(24, 58 + line * 16, 12, words, { fill: SOFT })),
    svg("line", { x1: 24, x2: width - 24, y1: head - 8, y2: head - 8, stroke: "#d8d9d4" }), key.made);
  return { markup: `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(image)}\n`, width, height };
}

/** The same as PNG, at twice its size where a canvas of that size can be had. */
export async function png(picture: { markup: string; width: number; height: number }): Promise<Blob> {
  const image = new Image();
  const address = URL.createObjectURL(new Blob([picture.markup], { type: "image/svg+xml" }));
  try {
    await new Promise<void>((done, failed) => { image.onload = () => done(); image.onerror = () => failed(new Error("the picture could not be drawn")); image.src = address; });
    const scale = Math.min(2, 12_000 / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((done, failed) => canvas.toBlob((blob) => blob ? done(blob) : failed(new Error("the picture is too large to save as PNG; save it as SVG")), "image/png"));
  } finally { URL.revokeObjectURL(address); }
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
