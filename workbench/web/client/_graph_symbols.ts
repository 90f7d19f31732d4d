// The symbols of things as SVG: in the lists, and in a picture that is saved.
import { MADE } from "./_graph_look";
import { svg } from "./_svg";
import type { Form } from "./_graph_state";

/** The outline of a form around 0,0. */
export function outline(form: Form, size: number): SVGElement {
  const points = (...pairs: number[][]): string => pairs.map((pair) => pair.map((value) => Math.round((value ?? 0) * size * 100) / 100).join(",")).join(" ");
  if (form === "person" || form === "name") return svg("circle", { r: size });
  if (form === "organisation" || form === "made_organisation") return svg("polygon", { points: points([-1.08, 0], [-0.54, -0.94], [0.54, -0.94], [1.08, 0], [0.54, 0.94], [-0.54, 0.94]) });
  if (form === "place" || form === "made_place") return svg("polygon", { points: points([0, -1.17], [1.17, 0], [0, 1.17], [-1.17, 0]) });
  if (form === "other") return svg("polygon", { points: points([0, -1], [1, 0.83], [-1, 0.83]) });
  return svg("rect", { x: -size * 0.92, y: -size * 0.92, width: size * 1.84, height: size * 1.84 });
}

export function symbol(form: Form): SVGElement {
  return svg("svg", { class: `symbol symbol-${form}`, width: 14, height: 14, viewBox: "-8 -8 16 16", "aria-hidden": "true" }, outline(form, 6));
}

export const filled = (form: Form): boolean => MADE.has(form);
