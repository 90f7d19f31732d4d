// The picture as lists, in step with it: for the keyboard, for a screen reader, and for whoever wants to see numbers.
import { make } from "./_page";
import { symbol } from "./_graph_symbols";
import { bondId, kindsOf, words, type Bond, type Thing } from "./_graph_state";

const AT_ONCE = 300;
const BY_NAME = new Intl.Collator();
type Chosen = { thing: (id: string) => void; bond: (id: string) => void; letter: (id: string) => string };

export class Lists {
  private things: Thing[] = [];
  private bonds: Bond[] = [];
  private labels = new Map<string, string>();
  private counts = { lines: new Map<string, number>(), more: new Map<string, number>() };
  private all = { things: false, lines: false };
  private current = "";
  private readonly words = document.getElementById("narrow") as HTMLInputElement;

  constructor(private readonly chosen: Chosen) {
    this.words.addEventListener("input", () => this.fill());
    for (const which of ["things", "lines"] as const) {
      document.querySelector(`#${which}-rest button`)?.addEventListener("click", () => { this.all[which] = true; this.fill(); });
      const body = document.getElementById(which);
      body?.addEventListener("click", (event) => {
        const row = (event.target as HTMLElement).closest("tr");
        if (!row || (event.target as HTMLElement).closest("a")) return;
        this.choose(row);
      });
      body?.addEventListener("casegraph:walked", (event) => this.choose(event.target as HTMLElement));
    }
  }

  private choose(row: HTMLElement): void {
    const { thing, bond } = row.dataset;
    if (thing) this.chosen.thing(thing);
    if (bond) this.chosen.bond(bond);
  }

  show(things: Thing[], bonds: Bond[], counts: { lines: Map<string, number>; more: Map<string, number> }): void {
    this.things = [...things].sort((a, b) => (counts.lines.get(b.id) ?? 0) - (counts.lines.get(a.id) ?? 0) || BY_NAME.compare(a.label, b.label));
    this.bonds = bonds;
    this.labels = new Map(things.map((one) => [one.id, one.label]));
    this.counts = counts;
    this.fill();
  }

  /** Mark the line of what is chosen in the picture. */
  mark(id: string, reveal = true): void {
    this.current = id;
    for (const row of document.querySelectorAll<HTMLElement>("#things > tr, #lines > tr")) {
      const here = id !== "" && (row.dataset.thing === id || row.dataset.bond === id);
      if (here) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
      if (here && reveal) row.scrollIntoView({ block: "nearest" });
    }
  }

  /** Fill the lists again, as where groups were found. */
  fill(): void {
    const wanted = this.words.value.trim().toLocaleLowerCase();
    const fits = (text: string): boolean => !wanted || text.toLocaleLowerCase().includes(wanted);
    const things = this.things.filter((one) => fits(`${one.label} ${words(one.kind)}`));
    const bonds = this.bonds.filter((bond) => fits(`${this.labels.get(bond.a)} ${this.labels.get(bond.b)} ${kindsOf(bond)}`));
    this.put("things", things.map((one) => (): HTMLElement => this.thingRow(one)), this.things.length);
    this.put("lines", bonds.map((bond) => (): HTMLElement => this.bondRow(bond)), this.bonds.length);
    this.mark(this.current, false);
  }

  private put(which: "things" | "lines", rows: (() => HTMLElement)[], of: number): void {
    const shown = this.all[which] ? rows : rows.slice(0, AT_ONCE);
    document.getElementById(which)?.replaceChildren(...shown.map((row) => row()));
    const rest = document.getElementById(`${which}-rest`);
    if (rest) rest.hidden = shown.length === rows.length;
    const count = document.getElementById(`${which}-count`);
    if (count) count.textContent = rows.length === of ? of.toLocaleString("en-GB") : `${rows.length.toLocaleString("en-GB")} of ${of.toLocaleString("en-GB")}`;
    const button = rest?.querySelector("button");
    if (button) button.textContent = `Show all ${rows.length.toLocaleString("en-GB")}`;
  }

  private thingRow(thing: Thing): HTMLElement {
    const choose = make("button", { class: "link", type: "button" }, thing.label);
    const letter = this.chosen.letter(thing.id), group = letter ? [" ", make("b", { class: "group-letter", title: `in group ${letter}` }, letter)] : [];
    const name = make("td", {}, symbol(thing.form), " ", choose, ...group, make("span", { class: "quiet" }, ` ${words(thing.kind)}${thing.reviewed ? " ✓" : ""}`));
    const more = this.counts.more.get(thing.id) ?? 0;
    return make("tr", { "data-thing": thing.id }, name,
      make("td", { class: "number" }, (this.counts.lines.get(thing.id) ?? 0).toLocaleString("en-GB")), make("td", { class: "number" }, more ? `+${more.toLocaleString("en-GB")}` : ""));
  }

  private bondRow(bond: Bond): HTMLElement {
    const way = bond.family === "co_mention" ? "–" : bond.forth === bond.supports ? "→" : bond.forth === 0 ? "←" : "↔";
    const choose = make("button", { class: "link", type: "button" }, `${this.labels.get(bond.a)} ${way} ${this.labels.get(bond.b)}`);
    return make("tr", { "data-bond": bondId(bond) }, make("td", {}, choose), make("td", {}, `${kindsOf(bond)}${bond.confirmed ? " ✓" : ""}`),
      make("td", { class: "number" }, bond.supports.toLocaleString("en-GB")));
  }
}
