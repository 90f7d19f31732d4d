// The groups of what is drawn: an outline and a letter for each in the picture, and beside it who is in it, what holds it together and what bridges it.
import { ask, make, tell } from "./_page";
import { crown, hull, strokeOf } from "./_graph_hull";
import { symbol } from "./_graph_symbols";
import { words, type Bond, type Shown, type Sieve, type Thing } from "./_graph_state";
import { svg } from "./_svg";
import type { Canvas } from "./_graph_canvas";

export type Tied = { a: string; b: string; kinds: Record<string, number>; supports: number; relations: string[] };
export type Group = { letter: string; members: string[]; ties: number; holds: Tied[]; bridges: Tied[]; bridges_found: number };
type Found = { groups: Group[]; without: string[]; definition: string };
type Acts = { thing: (id: string) => void; tie: (relations: string[]) => void };
const COLOURS = 4;

export class GroupsView {
  on = false;
  groups: Group[] = [];
  definition = "";
  private readonly list = document.getElementById("groups") as HTMLElement;
  private readonly layer = document.getElementById("outlines") as unknown as SVGSVGElement;
  private readonly button = document.querySelector<HTMLElement>("[data-does=groups]");
  private letters = new Map<string, string>();
  private asking = 0;
  private waiting = 0;

  constructor(private readonly canvas: Canvas, private readonly acts: Acts) {
    canvas.cy.on("viewport resize", () => this.place());
    canvas.cy.on("position", "node", () => { if (this.on && !this.waiting) this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.outline(); }); });
  }

  /** The letter of the group that a thing is in; empty where it is in none, or groups are not shown. */
  letterOf(id: string): string { return this.letters.get(id) ?? ""; }

  set(on: boolean): void {
    this.on = on;
    this.button?.setAttribute("aria-pressed", String(on));
    if (!on) this.put({ groups: [], without: [], definition: "" }, []);
  }

  /** Ask which groups what is drawn has, and show them; a later question takes the place of one that is on its way. */
  async look(shown: Shown, sieve: Sieve, things: Thing[]): Promise<void> {
    const mine = ++this.asking;
    if (!this.on) return;
    this.list.setAttribute("aria-busy", "true");
    this.layer.replaceChildren(); // outlines of before would run around what stands elsewhere now
    try {
      const found = things.length ? await ask<Found>("/api/graph/groups", { json: { ...shown, sieve } }) : { groups: [], without: [], definition: "" };
      if (mine === this.asking && this.on) this.put(found, things);
    } catch (error) {
      if (mine === this.asking) { this.put({ groups: [], without: [], definition: "" }, []); tell(error); }
    } finally { this.list.removeAttribute("aria-busy"); }
  }

  private put(found: Found, things: Thing[]): void {
    const known = new Map(things.map((one) => [one.id, one]));
    this.groups = found.groups;
    this.definition = found.definition;
    this.letters = new Map(found.groups.flatMap((group) => group.members.map((id) => [id, group.letter] as const)));
    this.list.hidden = !this.on;
    this.list.replaceChildren(...this.told(found, known));
    this.outline();
  }

  // --- in the picture ------------------------------------------------------------------------------------------------

  private outline(): void {
    const group = svg("g");
    this.groups.forEach((one, at) => {
      const spots = one.members.map((id) => this.canvas.cy.getElementById(id)).filter((node) => node.nonempty()).map((node) => node.position());
      if (!spots.length) return;
      const top = crown(spots);
      group.append(svg("path", { d: hull(spots), class: `hull group-${at % COLOURS}`, "stroke-dasharray": strokeOf(at), "vector-effect": "non-scaling-stroke" }),
        svg("text", { x: top.x, y: top.y, class: `crown group-${at % COLOURS}` }, one.letter),
        ...spots.map((spot) => svg("text", { x: spot.x + 13, y: spot.y - 11, class: `letter group-${at % COLOURS}` }, one.letter)));
    });
    this.layer.replaceChildren(group);
    this.place();
  }

  private place(): void {
    const group = this.layer.firstElementChild, pan = this.canvas.cy.pan(), zoom = this.canvas.cy.zoom();
    group?.setAttribute("transform", `translate(${pan.x} ${pan.y}) scale(${zoom})`);
    for (const one of this.layer.querySelectorAll(".crown")) one.setAttribute("font-size", String(Math.max(20, 15 / zoom)));
  }

  // --- beside the picture --------------------------------------------------------------------------------------------

  private told(found: Found, known: ReadonlyMap<string, Thing>): Node[] {
    if (!this.on) return [];
    const parts: Node[] = [make("h2", {}, "Groups ", make("span", { class: "quiet" }, String(found.groups.length)))];
    if (!found.groups.length && found.definition) parts.push(make("p", { class: "empty" }, "No three things of this picture are tied to each other more than to the rest. Expand it, or let more lines through the filters."));
    parts.push(...found.groups.map((group, at) => this.section(group, at, known)));
    const without = found.without.filter((id) => known.has(id)).length;
    if (found.groups.length && without) parts.push(make("p", { class: "quiet" }, `${without.toLocaleString("en-GB")} drawn ${without === 1 ? "thing is" : "things are"} in no group.`));
    if (found.definition) parts.push(make("p", { class: "hint" }, found.definition));
    return parts;
  }

  private section(group: Group, at: number, known: ReadonlyMap<string, Thing>): HTMLElement {
    const swatch = svg("svg", { class: "swatch", width: 22, height: 16, viewBox: "0 0 22 16", "aria-hidden": "true" },
      svg("rect", { x: 1.5, y: 1.5, width: 19, height: 13, rx: 4, class: `hull group-${at % COLOURS}`, "stroke-dasharray": strokeOf(at) }));
    const title = make("summary", {}, swatch, " ", make("b", {}, `Group ${group.letter}`),
      make("span", { class: "quiet" }, ` ${group.members.length.toLocaleString("en-GB")} things, ${group.ties.toLocaleString("en-GB")} ties`));
    const members = make("ul", { class: "members" }, ...group.members.map((id) => make("li", {}, ...this.named(id, known))));
    const ties = (name: string, list: Tied[], of: number, end: (id: string) => string): Node[] => list.length ? [
      make("h3", {}, name, make("span", { class: "quiet" }, of > list.length ? ` ${list.length} of ${of.toLocaleString("en-GB")}` : "")),
      make("ul", { class: "ties" }, ...list.map((tie) => this.tie(tie, known, end)))] : [];
    const made = make("details", { class: "group" }, title, members, ...ties("Held together by", group.holds, group.ties, () => ""),
      ...ties("Bridges", group.bridges, group.bridges_found, (id) => ` (${this.letterOf(id)})`));
    made.open = at < 3;
    if (!group.bridges.length) made.append(make("p", { class: "quiet" }, "No drawn line leads from it to another group."));
    return made;
  }

  private named(id: string, known: ReadonlyMap<string, Thing>): (Node | string)[] {
    const thing = known.get(id), choose = make("button", { class: "link", type: "button" }, thing?.label ?? id);
    choose.addEventListener("click", () => this.acts.thing(id));
    return thing ? [symbol(thing.form), " ", choose] : [choose];
  }

  private tie(tie: Tied, known: ReadonlyMap<string, Thing>, end: (id: string) => string): HTMLElement {
    const read = make("button", { class: "link", type: "button" }, `${known.get(tie.a)?.label ?? tie.a} – ${known.get(tie.b)?.label ?? tie.b}`);
    read.addEventListener("click", () => this.acts.tie(tie.relations));
    const kinds = Object.keys(tie.kinds).map((kind) => kind === "co_mention" ? "named together" : words(kind)).join(", ");
    return make("li", {}, read, end(tie.b), make("span", { class: "quiet" }, ` ${kinds}, ${tie.supports.toLocaleString("en-GB")} times`));
  }
}

/** A tie's line, where the picture draws it as one. */
export const lineOf = (relations: string[], bonds: Bond[]): Bond | undefined => bonds.find((one) => one.relations.length === relations.length && one.relations.every((id) => relations.includes(id)));
