// Beside the map: positions, stops and places without coordinates as lists, for whoever cannot or need not see it.
import { make } from "./_page";
import { evidenceUrl } from "./_strip";
import { exhibitOf, type Places, type Spot, type Stop } from "./_timeline_types";

const KINDS: Record<string, string> = { cell: "mast ▲", position: "position ●", text: "in a text ◇" };

function named(spot: Spot): string {
  return spot.names.slice(0, 3).join("; ") || `${spot.latitude}, ${spot.longitude}`;
}

function many(count: number, word: string): string {
  return `${count.toLocaleString("en-GB")} ${word}${count === 1 ? "" : "s"}`;
}

export function spotLine(spot: Spot, look: () => void): HTMLLIElement {
  const button = make("button", { class: "link" }, named(spot));
  button.addEventListener("click", look);
  return make("li", { class: "at" }, button, make("span", { class: "quiet" }, `${KINDS[spot.kind] ?? spot.kind} · ${spot.latitude}, ${spot.longitude} · ${many(spot.events, "event")} · `, make("a", { href: evidenceUrl(exhibitOf(spot.source), spot.source) }, "source")));
}

export function spotInfo(spots: Spot[], only: () => void): (Node | string)[] {
  const button = make("button", { class: "plain" }, "Only what is recorded here");
  button.addEventListener("click", only);
  return [make("h3", {}, spots.length > 1 ? `${spots.length} positions together` : named(spots[0]!)),
    ...spots.slice(0, 8).map((spot) => make("p", {}, `${spots.length > 1 ? `${named(spot)}: ` : ""}${KINDS[spot.kind] ?? spot.kind}, ${many(spot.events, "event")}${spot.first ? `, ${spot.first.replace("T", " ")} to ${spot.last.replace("T", " ")} (UTC, or as written)` : ""} `, make("a", { href: evidenceUrl(exhibitOf(spot.source), spot.source) }, "source"))),
    make("p", {}, button)];
}

export function stopLine(stop: Stop, placed: boolean, look: () => void): HTMLLIElement {
  const button = placed ? make("button", { class: "link" }, stop.place) : make("span", {}, stop.place);
  if (placed) button.addEventListener("click", look);
  const zone = stop.since.endsWith("Z") ? " UTC" : " zone not stated";
  const time = stop.since.replace("T", " ").replace("Z", "") + (stop.until ? ` to ${stop.until.replace("T", " ").replace("Z", "")}` : "") + zone;
  return make("li", { class: "at" }, button, make("span", { class: "quiet" }, `${time}${placed ? "" : " · no position"} · `, make("a", { href: evidenceUrl(exhibitOf(stop.source), stop.source) }, exhibitOf(stop.source))));
}

export function unplacedLine(one: Places["unplaced"][number]): HTMLLIElement {
  const name = one.entity ? make("a", { href: `/entities/${one.entity}` }, one.name) : one.name;
  return make("li", {}, name, make("span", { class: "quiet" }, ` · ${one.by === "text" ? "in a text" : `in a ${one.by}`} · ${many(one.times, "time")} · `, make("a", { href: evidenceUrl(exhibitOf(one.source), one.source) }, "source")));
}
