// How things and lines look in the picture: shapes by what a thing is, strokes by what a line says; colours of the page.
import type cytoscape from "cytoscape";
import { bondId, kindsOf, type Bond, type Form, type Thing } from "./_graph_state";

export const SHAPES: Record<Form, cytoscape.Css.NodeShape> = {
  person: "ellipse", name: "ellipse", identifier: "rectangle", place: "diamond", made_place: "diamond",
  organisation: "hexagon", made_organisation: "hexagon", other: "triangle",
};
export const MADE: ReadonlySet<Form> = new Set<Form>(["person", "made_organisation", "made_place"]);
/** More lines than this are drawn plainly, without curves and arrows. */
export const FEW = 700;

export const cut = (label: string, most = 30): string => label.length > most ? `${label.slice(0, most - 1)}…` : label;
export const widthOf = (supports: number): number => Math.min(6, 1.2 + Math.log2(1 + supports) * 0.5);

export function nodeOf(thing: Thing, more: number, seed: boolean): cytoscape.ElementDefinition {
  const mark = thing.reviewed ? " ✓" : "";
  return { group: "nodes", data: { id: thing.id, label: `${cut(thing.label)}${mark}${more > 0 ? `\n+${more.toLocaleString("en-GB")} more` : ""}`, thing, form: thing.form, seed: seed ? 1 : 0 } };
}

export function edgeOf(bond: Bond): cytoscape.ElementDefinition {
  const arrows = bond.family !== "co_mention";
  return { group: "edges", data: {
    id: bondId(bond), source: bond.a, target: bond.b, bond, family: bond.family, width: widthOf(bond.supports),
    label: `${kindsOf(bond)} ${bond.supports.toLocaleString("en-GB")}${bond.confirmed ? " ✓" : ""}`,
    toB: arrows && bond.forth > 0 ? 1 : 0, toA: arrows && bond.forth < bond.supports ? 1 : 0,
  } };
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function looks(lines: number): cytoscape.StylesheetJson {
  const ink = colour("--ink"), soft = colour("--soft"), sheet = colour("--sheet"), accent = colour("--accent"), faint = colour("--faint"), paper = colour("--paper");
  const plain = lines > FEW;
  const made: cytoscape.StylesheetJson = [
    { selector: "node", style: {
      width: 22, height: 22, "background-color": sheet, "border-width": 2, "border-color": ink, label: "data(label)", color: ink,
      "font-size": 12, "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "wrap", "text-max-width": "150px", "line-height": 1.15,
      "min-zoomed-font-size": 7, "text-background-color": paper, "text-background-opacity": plain ? 0 : 0.8, "text-background-padding": "1px", "font-family": "system-ui, sans-serif",
    } },
    ...Object.entries(SHAPES).map(([form, shape]) => ({ selector: `node[form = "${form}"]`, style: { shape } })),
    { selector: 'node[form = "person"], node[form = "made_organisation"], node[form = "made_place"]', style: { "background-color": accent, "border-color": accent } },
    { selector: 'node[form = "identifier"]', style: { "background-color": faint, width: 19, height: 19 } },
    { selector: 'node[form = "place"], node[form = "made_place"]', style: { width: 26, height: 26 } },
    { selector: 'node[form = "other"]', style: { "border-color": soft, width: 18, height: 18 } },
    { selector: "node[seed = 1]", style: { "font-weight": "bold" } },
    { selector: "edge", style: {
      width: "data(width)", "line-color": ink, opacity: 0.75, "curve-style": plain ? "haystack" : "bezier", "control-point-step-size": 26,
      "source-arrow-color": ink, "target-arrow-color": ink, "arrow-scale": 0.7, color: ink, "font-size": 10,
      "text-background-color": paper, "text-background-opacity": 0.9, "text-background-padding": "1px", "min-zoomed-font-size": 8,
    } },
    ...(plain ? [] : [
      { selector: "edge[toA = 1]", style: { "source-arrow-shape": "triangle" as const } },
      { selector: "edge[toB = 1]", style: { "target-arrow-shape": "triangle" as const } },
    ]),
    { selector: 'edge[family = "stated"]', style: { "line-style": "dashed", "line-color": soft, "source-arrow-color": soft, "target-arrow-color": soft } },
    { selector: 'edge[family = "co_mention"]', style: { "line-style": "dotted", "line-color": soft } },
    { selector: "node:selected", style: { "overlay-color": accent, "overlay-opacity": 0.28, "overlay-padding": 6 } },
    { selector: "edge:selected, edge.near", style: { "line-color": accent, "source-arrow-color": accent, "target-arrow-color": accent, opacity: 1, "z-index": 9 } },
    { selector: "edge:selected, edge.told", style: { label: "data(label)" } },
    { selector: "edge:selected", style: { "overlay-color": accent, "overlay-opacity": 0.2, "overlay-padding": 4 } },
    { selector: ".way", style: { "line-color": accent, "source-arrow-color": accent, "target-arrow-color": accent, "border-color": accent, "border-width": 4, opacity: 1 } },
    { selector: "node.end", style: { "border-style": "double", "border-width": 6 } },
  ];
  return made;
}
