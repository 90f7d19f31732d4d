// What the API answers about time and space, and what the page holds while it is open.
import type { Strip } from "./_strip";

export interface Bar { begins_s: number; stated: number; unstated: number }
export interface Named { entity: string; kind: string; value: string }
export interface Lane { party: Named; events: number; bars: Bar[] }
export interface Bars {
  since: string; until: string; step_s: number; bars: Bar[]; lanes: Lane[]; more_lanes: number;
  kinds: { kind: string; events: number }[]; events: number; unstated: number; untimed: number; notes: string[];
}
export interface Happening {
  id: string; exhibit: string; segment: string; kind: string; time_written: string; time_utc: string; time_local: string; zone: string; zone_by: string;
  earliest_utc: string; latest_utc: string; until_utc: string; until_local: string; description: string; state: string; facts: Record<string, string>;
  parties: { role: string; kind: string; value: string; entity_id: string }[]; strip: Strip;
}
export interface Happenings { events: Happening[]; found: number; offset: number; notes: string[] }
export interface Gap { begins_utc: string; ends_utc: string; seconds: number; before: string; after: string; unplaced: number }
export interface Spot { latitude: number; longitude: number; kind: string; names: string[]; events: number; first: string; last: string; source: string }
export interface Places { spots: Spot[]; found: number; unplaced: { name: string; by: string; times: number; entity: string; source: string }[]; unplaced_found: number; notes: string[] }
export interface Stop { thing: Named; since: string; until: string; kind: string; place: string; source: string; records: number; latitude: string; longitude: string }
export interface Routes { stops: Stop[]; stops_found: number; notes: string[] }

/** A stretch of time, in seconds since 1970 UTC. */
export interface Stretch { since: number; until: number }

/** Read a time of the API; one without a zone as if it were UTC. NaN where there is none. */
export function seconds(text: string): number {
  if (!text) return NaN;
  const whole = text.length <= 10 ? `${text}T00:00:00` : text;
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(whole) ? whole : `${whole}Z`) / 1000;
}

/** Write seconds as the API reads a time. */
export function iso(at: number): string {
  return new Date(Math.round(at) * 1000).toISOString().slice(0, 19);
}

/** Write a time in the one form that times have on screen. */
export function shown(at: number): string {
  return iso(at).replace("T", " ");
}

/** Where an event stands: its time in UTC, else as written. */
export function momentOf(one: Happening): number {
  return seconds(one.time_utc || one.time_local);
}

/** The exhibit that the id of a segment or row begins with. */
export function exhibitOf(segment: string): string {
  return segment.split(".")[0] ?? "";
}

export function lasting(span: number): string {
  const parts: [number, string][] = [[86_400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const said: string[] = [];
  let left = Math.round(span);
  for (const [size, word] of parts) {
    if (left >= size && said.length < 2) { said.push(`${Math.floor(left / size).toLocaleString("en-GB")} ${word}`); left %= size; }
  }
  return said.join(" ") || "0 s";
}
