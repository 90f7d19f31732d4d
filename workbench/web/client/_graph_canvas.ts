// The picture on screen: cytoscape draws it, what is pressed in it is told to the page, and where things stand is kept.
import cytoscape from "cytoscape";
import { edgeOf, FEW, looks, nodeOf } from "./_graph_look";
import { pause, places, type Spot } from "./_graph_layout";
import { hover } from "./_graph_beside";
import type { Bond, Picture, Thing } from "./_graph_state";

export type Pressed = { thing: (id: string, more: boolean) => void; bond: (id: string) => void; twice: (id: string) => void; nothing: () => void };
/** Things and lines that are put on screen at once; the page answers in between. */
const PIECE = 120;
/** Lines of one thing that say in the picture what they are; more would cover it, and the lists tell them. */
const LABELLED = 8;

export class Canvas {
  readonly cy: cytoscape.Core;
  readonly spots = new Map<string, Spot>();
  private turn = 0;
  private lines = 0;

  constructor(place: HTMLElement, pressed: Pressed) {
    this.cy = cytoscape({ container: place, style: looks(0), minZoom: 0.03, maxZoom: 4, boxSelectionEnabled: false, selectionType: "additive", autounselectify: true });
    this.cy.on("tap", "node", (event) => pressed.thing(event.target.id(), event.originalEvent.shiftKey));
    this.cy.on("tap", "edge", (event) => pressed.bond(event.target.id()));
    this.cy.on("dbltap", "node", (event) => pressed.twice(event.target.id()));
    this.cy.on("tap", (event) => { if (event.target === this.cy) pressed.nothing(); });
    this.cy.on("mouseover", "node, edge", (event) => hover(event.renderedPosition, event.target.data("thing") ?? event.target.data("bond")));
    this.cy.on("mouseout tapstart viewport", () => hover(null));
    this.cy.on("dragfree", "node", (event) => this.spots.set(event.target.id(), { ...event.target.position() }));
    const again = (): void => { this.cy.style(looks(this.lines)); };
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    new ResizeObserver(() => this.cy.resize()).observe(place);
  }

  /** Draw these things and lines, what is new beside what it is tied to; resolves when everything has its place. */
  async draw(picture: Picture, out: ReadonlySet<string>, seeds: ReadonlySet<string>, more: ReadonlyMap<string, number>, anew = false): Promise<boolean> {
    const mine = ++this.turn;
    const things = picture.things.filter((one) => !out.has(one.id));
    const bonds = picture.bonds.filter((one) => !out.has(one.a) && !out.has(one.b));
    const ids = things.map((one) => one.id).sort();
    const known = anew ? new Map<string, Spot>() : new Map([...this.spots].filter(([id]) => ids.includes(id)));
    const moved = anew || ids.some((id) => !known.has(id));
    const found = moved ? await places(ids, bonds, known, () => mine !== this.turn) : known;
    if (!found || mine !== this.turn) return false;
    for (const [id, spot] of found) this.spots.set(id, spot);
    if (!await this.put(things, bonds, seeds, more, () => mine !== this.turn)) return false;
    if (moved) this.fit();
    return true;
  }

  private async put(things: Thing[], bonds: Bond[], seeds: ReadonlySet<string>, more: ReadonlyMap<string, number>, stopped: () => boolean): Promise<boolean> {
    this.cy.elements().remove();
    if (this.lines > FEW !== bonds.length > FEW) this.cy.style(looks(bonds.length));
    this.lines = bonds.length;
    const every = [
      ...things.map((one) => ({ ...nodeOf(one, more.get(one.id) ?? 0, seeds.has(one.id)), position: { ...(this.spots.get(one.id) ?? { x: 0, y: 0 }) } })),
      ...bonds.map(edgeOf),
    ];
    for (let from = 0; from < every.length; from += PIECE) {
      if (from) await pause();
      if (stopped()) return false;
      this.cy.add(every.slice(from, from + PIECE));
    }
    return true;
  }

  fit(): void {
    this.cy.resize();
    this.cy.fit(undefined, 36);
    if (this.cy.zoom() > 1.3) { this.cy.zoom(1.3); this.cy.center(); }
  }

  choose(ids: string[]): void {
    this.cy.batch(() => {
      this.cy.autounselectify(false);
      this.cy.elements().unselect();
      this.cy.edges(".near").removeClass("near told");
      for (const id of ids) this.cy.getElementById(id).select();
      const nodes = this.cy.nodes(":selected");
      if (nodes.length === 1) nodes.connectedEdges().addClass(nodes.connectedEdges().length > LABELLED ? "near" : "near told");
      this.cy.autounselectify(true);
    });
  }

  /** Bring a thing into view where it is not. */
  reveal(id: string): void {
    const one = this.cy.getElementById(id);
    if (one.empty()) return;
    const box = one.renderedBoundingBox(), width = this.cy.width(), height = this.cy.height();
    if (box.x1 < 0 || box.y1 < 0 || box.x2 > width || box.y2 > height) this.cy.center(one);
  }

  mark(name: string, ids: string[]): void {
    this.cy.batch(() => { this.cy.elements().removeClass(name); for (const id of ids) this.cy.getElementById(id).addClass(name); });
  }

  markWay(ids: string[]): void {
    this.cy.batch(() => {
      this.cy.elements().removeClass("way");
      ids.forEach((id, at) => {
        const here = this.cy.getElementById(id);
        here.addClass("way");
        if (at > 0) here.edgesWith(this.cy.getElementById(ids[at - 1] as string)).addClass("way");
      });
    });
  }
}
