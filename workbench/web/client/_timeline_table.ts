// The same events as lines: for the keyboard, a screen reader, and whoever reads rather than looks.
import { make } from "./_page";
import { svg } from "./_svg";
import { mark, sign } from "./_timeline_marks";
import { evidenceUrl, stripOf } from "./_strip";
import { exhibitOf, lasting, seconds, shown, type Bars, type Gap, type Happening } from "./_timeline_types";

/** When it happened, in the one form of times; with the zone, or that nobody states it. */
export function timeOf(one: Happening): (Node | string)[] {
  if (one.time_utc) return [`${shown(seconds(one.time_utc))} UTC`];
  if (one.time_local) return [one.time_local.replace("T", " "), " ", make("span", { class: "zone" }, "zone not stated")];
  return [one.time_written || "no time"];
}

export function parties(one: Happening): (Node | string)[] {
  return one.parties.flatMap((party, at) => [at ? ", " : "", `${party.role} `, make("a", { href: `/entities/${party.entity_id}` }, party.value || party.kind)]);
}

export function line(one: Happening, chosen: boolean): HTMLTableRowElement {
  const place = one.facts.place || one.facts.room || "", said = [one.description, place && !one.description.includes(place) ? place : "", one.state].filter(Boolean).join("; ");
  const row = make("tr", { "data-id": one.id },
    make("td", {}, make("a", { href: evidenceUrl(one.strip.exhibit, one.strip.segment) }, ...timeOf(one))),
    make("td", {}, sign(mark(one.kind, one.time_utc ? "" : "wide")) as unknown as Node, ` ${one.kind}`),
    make("td", {}, ...parties(one)),
    make("td", {}, said.length > 160 ? `${said.slice(0, 159)}…` : said),
    make("td", {}, stripOf(one.strip)));
  if (chosen) row.setAttribute("aria-current", "true");
  return row;
}

export function legend(place: HTMLElement, bars: Bars, single: boolean): void {
  const entries = bars.kinds.map((one) => make("li", {}, sign(mark(one.kind)) as unknown as Node, `${one.kind} ${one.events.toLocaleString("en-GB")}`));
  if (!single) entries.push(make("li", {}, sign(svg("rect", { x: -4, y: -6, width: 8, height: 12, class: "bar" })) as unknown as Node, `a bar is ${lasting(bars.step_s)}; its height the number of events, to one scale for all parties`));
  if (bars.unstated) entries.push(single
    ? make("li", {}, sign(svg("path", { d: "M-7 -3V3M-7 0H7M7 -3V3", class: "interval" })) as unknown as Node, "zone not stated: somewhere in this interval, as long as it may have lasted; the mark stands at the time as written")
    : make("li", {}, sign(svg("rect", { x: -4, y: -6, width: 8, height: 12, class: "unstated" })) as unknown as Node, "zone not stated: by the time as written"));
  entries.push(make("li", {}, sign(svg("path", { d: "M-7 3V-2H7V3", class: "gap" })) as unknown as Node, "a long stretch without an event"));
  place.replaceChildren(...entries);
}

export function gapLine(gap: Gap, go: (gap: Gap) => void): HTMLLIElement {
  const button = make("button", { class: "link" }, lasting(gap.seconds));
  button.addEventListener("click", () => go(gap));
  return make("li", { class: "at" }, make("span", {}, button, `: ${shown(seconds(gap.begins_utc))} to ${shown(seconds(gap.ends_utc))} UTC`),
    make("span", { class: "quiet" }, make("a", { href: evidenceUrl(exhibitOf(gap.before), gap.before) }, "what is before"), " · ", make("a", { href: evidenceUrl(exhibitOf(gap.after), gap.after) }, "what is after"),
      gap.unplaced ? ` · ${gap.unplaced.toLocaleString("en-GB")} without a zone may lie in it` : ""));
}
