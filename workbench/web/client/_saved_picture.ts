// A picture that is saved: SVG, or PNG made of it, whole and in light colours, with what it is stamped into the picture itself.
import { svg } from "./_svg";

export const INK = "#1c1e21", SOFT = "#565c64", PAPER = "#ffffff", ACCENT = "#1f5f8b", FAINT = "#f1f1ec", LINE = "#d8d9d4", AMBER = "#8a5a00";
/** Colours of groups: none of them red, none a review state's; a letter and a stroke say the same. */
export const GROUP_COLOURS = ["#5a4fa3", "#1b7470", "#7a5c3a", "#4a5a70"];
export type Saved = { markup: string; width: number; height: number };
/** A mark of the legend, around 0,0, what it means, and how wide it is. */
export type Entry = { mark: SVGElement; words: string; room: number };
/** What is framed: its size, its parts, what is told of it above and what its marks mean below. */
export type Framed = { title: string; told: string[]; width: number; height: number; parts: SVGElement[]; key: Entry[] };
const STAMP = "Illustrative aid, not evidence", FONT = "Liberation Sans, DejaVu Sans, Arial, sans-serif", NARROWEST = 900;

export const text = (x: number, y: number, size: number, words: string, more: Record<string, string | number> = {}): SVGTextElement =>
  svg("text", { x, y, "font-size": size, "font-family": FONT, fill: INK, ...more }, words);

/** When it was drawn, as every saved picture says it. */
export const drawnOn = (on: Date): string => `Drawn ${on.toISOString().slice(0, 16).replace("T", " ")} UTC`;

function wrapped(words: string, most: number): string[] {
  const lines = [""];
  for (const word of words.split(/\s+/)) {
    const last = lines[lines.length - 1] ?? "";
    if (last && last.length + word.length + 1 > most) lines.push(word); else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}

function legend(entries: Entry[], x: number, y: number, wide: number): { made: SVGElement; high: number } {
  const made = svg("g");
  let left = x, top = y;
  for (const { mark, words, room } of entries) {
    const needs = room + 8 + words.length * 6.6 + 20;
    if (left > x && left + needs > x + wide) { left = x; top += 22; }
    made.append(svg("g", { transform: `translate(${left + room / 2} ${top})` }, mark), text(left + room + 6, top + 4, 12, words, { fill: SOFT }));
    left += needs;
  }
  return { made, high: top - y + 22 };
}

/** The picture as SVG text, whole: nothing outside it is needed, and nothing in it runs. */
export function framed(scene: Framed): Saved {
  const width = Math.max(NARROWEST, Math.ceil(scene.width));
  const told = scene.told.flatMap((words) => wrapped(words, Math.floor((width - 48) / 6.2)));
  const head = 74 + told.length * 16, key = legend(scene.key, 24, 0, width - 48);
  const height = Math.ceil(head + scene.height + key.high + 40);
  key.made.setAttribute("transform", `translate(0 ${height - key.high - 6})`);
  const image = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" },
    svg("title", {}, `${scene.title}: ${STAMP}`), svg("rect", { width, height, fill: PAPER }),
    svg("g", { transform: `translate(${(width - scene.width) / 2} ${head})` }, ...scene.parts),
    svg("rect", { width, height: head, fill: PAPER }), text(24, 32, 18, scene.title, { "font-weight": "bold" }),
    svg("rect", { x: width - 24 - 262, y: 13, width: 262, height: 28, fill: PAPER, stroke: INK, "stroke-width": 1.5 }),
    text(width - 24 - 131, 32, 15, STAMP, { "text-anchor": "middle", "font-weight": "bold" }),
    ...told.map((words, line) => text(24, 58 + line * 16, 12, words, { fill: SOFT })),
    svg("line", { x1: 24, x2: width - 24, y1: head - 8, y2: head - 8, stroke: LINE }), key.made);
  return { markup: `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(image)}\n`, width, height };
}

/** The same as PNG, at twice its size where a canvas of that size can be had. */
async function png(picture: Saved): Promise<Blob> {
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

/** Save it as a file whose name says what it is; returns what to say of it. */
export async function saved(picture: Saved, name: string, kind: "png" | "svg", on: Date): Promise<string> {
  const blob = kind === "svg" ? new Blob([picture.markup], { type: "image/svg+xml" }) : await png(picture);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name}-${on.toISOString().slice(0, 10)}-illustrative-aid.${kind}`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return `saved as ${kind.toUpperCase()}, marked as an illustrative aid`;
}
