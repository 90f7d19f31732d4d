// The shapes: one for each kind of event, so that no colour is needed to tell them apart.
import { svg } from "./_svg";

/** Shapes around 0,0 about 11 pixels wide; `full` ones are filled. */
const SHAPES: Record<string, { d: string; full?: boolean }> = {
  call: { d: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z", full: true },
  message: { d: "M-5 -4.5H5V4.5H-5Z", full: true },
  email: { d: "M-6 -4.5H6V4.5H-6ZM-6 -4.5L0 1L6 -4.5" },
  payment: { d: "M0 -5.5L5.5 4.5H-5.5Z", full: true },
  stay: { d: "M-6 0L0 -5.5L6 0V5H-6Z" },
  trip: { d: "M-5.5 -4.5L6 0L-5.5 4.5L-3 0Z", full: true },
  location: { d: "M-1.6 -5.5H1.6V-1.6H5.5V1.6H1.6V5.5H-1.6V1.6H-5.5V-1.6H-1.6Z", full: true },
  photograph: { d: "M-6 -3.5H-2L-1 -5.5H1.5L2.5 -3.5H6V5H-6ZM-2.4 0.7a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0 -4.8 0" },
  appointment: { d: "M0 -6L1.6 -1.9L6 -1.9L2.5 0.9L3.7 5.4L0 2.7L-3.7 5.4L-2.5 0.9L-6 -1.9L-1.6 -1.9Z" },
  document: { d: "M-4 -5.5H2L4.5 -3V5.5H-4ZM-2 -1H2.5M-2 1.8H2.5" },
};
const OTHER = { d: "M0 -5.5L5.5 0L0 5.5L-5.5 0Z" };

export function mark(kind: string, more = ""): SVGPathElement {
  const shape: { d: string; full?: boolean } = SHAPES[kind] ?? OTHER;
  return svg("path", { d: shape.d, class: `mark${shape.full ? " full" : ""}${more ? ` ${more}` : ""}` });
}

/** A mark in a picture of its own, for a legend or a line of a table. */
export function sign(...inside: SVGElement[]): SVGSVGElement {
  return svg("svg", { viewBox: "-8 -8 16 16", class: "sign", "aria-hidden": "true" }, ...inside);
}

/** The pattern of bars for events whose zone nobody states. */
export function hatch(): SVGDefsElement {
  const pattern = svg("pattern", { id: "hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  pattern.append(svg("line", { x1: 0, y1: 0, x2: 0, y2: 5, class: "hatch" }));
  return svg("defs", {}, pattern);
}
