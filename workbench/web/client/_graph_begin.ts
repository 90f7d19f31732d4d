// How a picture is begun: words that name things, or whose hits name things, and a list to choose from.
import { ask, make, tell } from "./_page";
import { symbol } from "./_graph_symbols";
import { words, type Beginning, type Beginnings } from "./_graph_state";

export class Begin {
  private readonly field = document.getElementById("begin-with") as HTMLInputElement;
  private readonly place = document.getElementById("beginnings") as HTMLElement;

  constructor(private readonly add: (ids: string[]) => void) {
    document.getElementById("begin")?.addEventListener("submit", (event) => { event.preventDefault(); void this.look(this.field.value); });
  }

  /** List what words lead to; returns the things that their hits name. */
  async look(query: string): Promise<string[]> {
    if (!query.trim()) { this.field.focus(); return []; }
    try {
      const found = await ask<Beginnings>(`/api/graph/start?${new URLSearchParams({ q: query })}`);
      this.list(found);
      return found.in_hits.map((one) => one.id);
    } catch (error) { tell(error); return []; }
  }

  private list(found: Beginnings): void {
    const close = make("button", { class: "link", type: "button" }, "Close the list");
    close.addEventListener("click", () => this.place.replaceChildren());
    const parts: (Node | string)[] = [];
    if (found.named.length) parts.push(make("h2", {}, "So named"), this.choices(found.named));
    if (found.in_hits.length) {
      const all = make("button", { class: "plain", type: "button" }, `Draw all ${found.in_hits.length}`);
      all.addEventListener("click", () => this.add(found.in_hits.map((one) => one.id)));
      parts.push(make("h2", {}, `Named in the ${found.hits.toLocaleString("en-GB")} ${found.hits === 1 ? "hit" : "hits"}`), this.choices(found.in_hits), all, " ");
    }
    if (!parts.length) parts.push(make("p", { class: "empty" }, `Nothing is so named, and no hit names a thing. Understood as: ${found.understood}. Try fewer letters, or another spelling.`));
    this.place.replaceChildren(...parts, close);
  }

  private choices(found: Beginning[]): HTMLElement {
    return make("ul", { class: "beginnings" }, ...found.map((one) => {
      const choose = make("button", { class: "link", type: "button" }, one.label);
      choose.addEventListener("click", () => this.add([one.id]));
      const count = one.hits ? `${one.hits} ${one.hits === 1 ? "hit" : "hits"}` : `${one.mentions.toLocaleString("en-GB")} ${one.mentions === 1 ? "mention" : "mentions"}`;
      return make("li", {}, symbol(one.form), choose, make("span", { class: "quiet" }, `${words(one.kind)}, ${count}`));
    }));
  }
}
