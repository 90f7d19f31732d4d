// The pane beside the picture: a thing's card, the evidence of a line, the ways between two; and the strip under the pointer.
import { ask, make, tell } from "./_page";
import { symbol } from "./_graph_symbols";
import { stripOf, type Strip } from "./_strip";
import { kindsOf, words, type Bond, type Thing } from "./_graph_state";

type Glimpse = { strip: Strip | null; places: number };
type Grown = { htmx: { process(place: Element): void } };
const pane = (): HTMLElement => document.getElementById("beside") as HTMLElement;
const known = new Map<string, Promise<Glimpse>>();
let asking = new AbortController();

export function glimpse(what: { of: string } | { relation: string }): Promise<Glimpse> {
  const address = `/api/graph/strip?${new URLSearchParams(what)}`;
  const found = known.get(address) ?? ask<Glimpse>(address);
  known.set(address, found);
  found.catch(() => known.delete(address));
  return found;
}

/** Show a part of the server's own making; a later one takes the place of one that is still on its way. */
export async function part(address: string): Promise<HTMLElement | null> {
  asking.abort();
  const mine = asking = new AbortController();
  pane().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { "hx-request": "true" }, signal: mine.signal, credentials: "same-origin" });
    const made = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    pane().replaceChildren(...made.childNodes);
    (window as unknown as Grown).htmx.process(pane());
    pane().scrollTop = 0;
    return answer.ok ? pane() : null;
  } catch (error) {
    tell(error);
    return null;
  } finally { if (asking === mine) pane().removeAttribute("aria-busy"); }
}

export function evidenceOf(bond: { relations: string[] }): Promise<HTMLElement | null> {
  return part(`/graph/edge?${new URLSearchParams({ relations: bond.relations.slice(0, 500).join() })}`);
}

/** What a thing is, where it first stands, and what can be done with it. */
export async function card(thing: Thing, more: number, does: Record<string, () => void>): Promise<void> {
  asking.abort();
  const link = (address: string, word: string): HTMLElement => make("a", { href: address }, word);
  const act = (name: string, word: string): HTMLElement => {
    const button = make("button", { class: "plain", type: "button" }, word);
    button.addEventListener("click", () => does[name]?.());
    return button;
  };
  const facts = make("dl", { class: "facts" });
  const fact = (name: string, value: string): void => facts.append(make("dt", {}, name), make("dd", {}, value));
  fact("kind", words(thing.kind));
  fact("mentions", `${thing.mentions.toLocaleString("en-GB")} in ${thing.exhibits.toLocaleString("en-GB")} ${thing.exhibits === 1 ? "exhibit" : "exhibits"}`);
  fact("reviewed", thing.reviewed ? `${thing.reviewed.toLocaleString("en-GB")} by a person` : "none yet: machine readings");
  fact("neighbours", `${thing.neighbours.toLocaleString("en-GB")} under these filters${more ? `, ${more.toLocaleString("en-GB")} not drawn` : ""}`);
  const first = make("p", {}, make("span", { class: "quiet" }, "…"));
  const name = encodeURIComponent(thing.id);
  pane().replaceChildren(make("div", { class: "card" }, make("h2", {}, symbol(thing.form), ` ${thing.label}`), facts, first,
    make("p", { class: "row" }, link(`/entities/${name}`, "Its page"), link(`/timeline?of=${name}`, "Timeline"), link(`/graph?of=${name}`, "A picture of its own")),
    make("div", { class: "row" }, act("expand", more ? `Expand (+${Math.min(25, more)})` : "Expand"), act("two", "Two steps"), act("path", "Path from here"), act("hide", "Take out"))));
  try {
    const seen = await glimpse({ of: thing.id });
    first.replaceChildren(...(seen.strip ? [stripOf(seen.strip), ...(seen.places > 1 ? [make("span", { class: "quiet" }, ` and ${(seen.places - 1).toLocaleString("en-GB")} more places`)] : [])] : [make("span", { class: "quiet" }, "named by rows of records; see its page")]));
  } catch (error) { first.remove(); tell(error); }
}

let waiting = 0;
/** Show beside the pointer what a thing or a line is, with its strip. */
export function hover(at: { x: number; y: number } | null, what?: Thing | Bond): void {
  const place = document.getElementById("hover") as HTMLElement;
  window.clearTimeout(waiting);
  place.hidden = true;
  if (!at || !what) return;
  waiting = window.setTimeout(async () => {
    const bond = "relations" in what ? what : null;
    const title = bond ? `${kindsOf(bond)}, ${bond.supports.toLocaleString("en-GB")} times` : `${(what as Thing).label}, ${words((what as Thing).kind)}`;
    place.replaceChildren(make("div", {}, title));
    place.hidden = false;
    const box = place.parentElement as HTMLElement;
    place.style.left = `${Math.min(at.x + 14, Math.max(0, box.clientWidth - 300))}px`;
    place.style.top = `${Math.min(at.y + 14, Math.max(0, box.clientHeight - 70))}px`;
    try {
      const seen = await glimpse(bond ? { relation: bond.relations[0] ?? "" } : { of: (what as Thing).id });
      if (seen.strip && !place.hidden) place.append(stripOf(seen.strip));
    } catch { /* what is under the pointer is told without its strip; choosing it says what was wrong */ }
  }, 120);
}
