// Drawing the map: the outline of the world from our own server, marks whose shape says what they are, a route, a scale; and the stamp.
import { geoMercator, geoPath, type GeoPermissibleObjects, type GeoProjection } from "d3-geo";
import type { Spot } from "./_timeline_types";

export const STAMP = "illustrative aid, not evidence";
const STEPS = [1e-4, 2e-4, 5e-4, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30];
const EARTH_M = 6_371_009, NEAR_PX = 26;

export interface View { lon: number; lat: number; scale: number }
export interface Cluster { x: number; y: number; spots: Spot[]; events: number }
export interface RouteStop { lon: number; lat: number; number: number; broken: boolean }
export interface Outline { land: GeoPermissibleObjects; borders: GeoPermissibleObjects }

export function projection(view: View, width: number, height: number): GeoProjection {
  return geoMercator().rotate([-view.lon, 0]).center([0, view.lat]).scale(view.scale).translate([width / 2, height / 2]).precision(0.3).clipExtent([[-20, -20], [width + 20, height + 20]]);
}

/** The view in which all positions fit, a few hundred metres at least. */
export function around(spots: { latitude: number; longitude: number }[], width: number, height: number): View {
  if (!spots.length) return { lon: 0, lat: 25, scale: width / (2 * Math.PI) };
  let lons = spots.map((one) => one.longitude);
  if (Math.max(...lons) - Math.min(...lons) > 180) lons = lons.map((one) => (one < 0 ? one + 360 : one));
  const y = (lat: number): number => Math.log(Math.tan(Math.PI / 4 + (Math.max(-84, Math.min(84, lat)) * Math.PI) / 360));
  const lats = spots.map((one) => y(one.latitude)), west = Math.min(...lons), east = Math.max(...lons), south = Math.min(...lats), north = Math.max(...lats);
  const wide = Math.max(((east - west) * Math.PI) / 180, 2e-4), tall = Math.max(north - south, 2e-4);
  const middle = (Math.atan(Math.exp((south + north) / 2)) * 360) / Math.PI - 90;
  const lon = (west + east) / 2;
  return { lon: lon > 180 ? lon - 360 : lon, lat: middle, scale: Math.min((width - 120) / wide, (height - 110) / tall) };
}

/** Put positions that would cover each other together; the busiest first. */
export function clusters(spots: Spot[], to: GeoProjection): Cluster[] {
  const made: Cluster[] = [], cells = new Map<string, Cluster[]>();
  for (const spot of spots) {
    const at = to([spot.longitude, spot.latitude]);
    if (!at) continue;
    const [x, y] = at, column = Math.floor(x / NEAR_PX), row = Math.floor(y / NEAR_PX);
    let near: Cluster | undefined;
    for (let i = -1; i <= 1 && !near; i += 1) for (let j = -1; j <= 1 && !near; j += 1) near = cells.get(`${column + i} ${row + j}`)?.find((one) => Math.hypot(one.x - x, one.y - y) < NEAR_PX);
    if (near) { near.spots.push(spot); near.events += spot.events; continue; }
    const one = { x, y, spots: [spot], events: spot.events };
    made.push(one);
    cells.set(`${column} ${row}`, [...(cells.get(`${column} ${row}`) ?? []), one]);
  }
  return made;
}

export function paint(brush: CanvasRenderingContext2D, width: number, height: number, view: View, outline: Outline | null, found: Cluster[], route: RouteStop[], chosen: Spot | null, stamped: boolean): void {
  const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const to = projection(view, width, height), path = geoPath(to, brush);
  const ink = colour("--ink"), accent = colour("--accent"), paper = colour("--sheet"), amber = colour("--amber");
  brush.fillStyle = colour("--faint"); brush.fillRect(0, 0, width, height);
  if (outline) {
    brush.beginPath(); path(outline.land); brush.fillStyle = paper; brush.fill(); brush.strokeStyle = colour("--soft"); brush.stroke();
    brush.beginPath(); path(outline.borders); brush.strokeStyle = colour("--line"); brush.lineWidth = 1; brush.stroke();
  }
  grid(brush, to, view, width, height, colour("--line"), colour("--soft"), paper);
  drawRoute(brush, to, route, ink);
  const taken: [number, number, number, number][] = [];
  brush.font = "12px system-ui, sans-serif";
  for (const one of found) {
    if (one.x < -30 || one.y < -30 || one.x > width + 30 || one.y > height + 30) continue;
    brush.strokeStyle = accent; brush.fillStyle = one.events ? accent : paper; brush.lineWidth = 2;
    if (one.spots.length > 1) {
      const size = 11 + Math.min(8, Math.log2(one.spots.length));
      brush.beginPath(); brush.arc(one.x, one.y, size, 0, 7); brush.fillStyle = paper; brush.fill(); brush.stroke();
      brush.beginPath(); brush.arc(one.x, one.y, size - 3.5, 0, 7); brush.lineWidth = 1; brush.stroke();
      brush.fillStyle = ink; brush.textAlign = "center"; brush.fillText(String(one.spots.length), one.x, one.y + 4);
    } else shape(brush, one.spots[0]!, one.x, one.y, amber);
    if (chosen && one.spots.includes(chosen)) { brush.beginPath(); brush.arc(one.x, one.y, 18, 0, 7); brush.strokeStyle = ink; brush.lineWidth = 2; brush.stroke(); }
    label(brush, one, taken, width, height, ink, paper);
  }
  scaleBar(brush, view, height, ink, paper);
  brush.textAlign = "right"; brush.font = stamped ? "bold 16px system-ui, sans-serif" : "12px system-ui, sans-serif";
  halo(brush, STAMP, width - 12, height - 12, ink, paper);
}

/** Draw degrees, some hundred pixels apart, and write them at the edges: close up there may be nothing else to go by. */
function grid(brush: CanvasRenderingContext2D, to: GeoProjection, view: View, width: number, height: number, line: string, soft: string, paper: string): void {
  const free = to.clipExtent(null), degrees = (120 / view.scale) * (180 / Math.PI), step = STEPS.find((one) => one >= degrees) ?? 30;
  const digits = Math.max(0, Math.ceil(-Math.log10(step))), half = Math.min(180, (width / 2 / view.scale) * (180 / Math.PI));
  brush.font = "11px system-ui, sans-serif"; brush.strokeStyle = line; brush.lineWidth = 0.8;
  const south = free.invert!([width / 2, height])![1], north = free.invert!([width / 2, 0])![1], words: [string, number, number][] = [];
  for (let lon = Math.ceil((view.lon - half) / step) * step; lon <= view.lon + half; lon += step) {
    const x = width / 2 + ((lon - view.lon) * Math.PI * view.scale) / 180, east = ((((lon + 180) % 360) + 360) % 360) - 180;
    brush.beginPath(); brush.moveTo(x, 0); brush.lineTo(x, height); brush.stroke();
    words.push([`${Math.abs(east).toFixed(digits)}°${east < 0 ? "W" : "E"}`, x + 3, 12]);
  }
  for (let lat = Math.ceil(Math.max(south, -84) / step) * step; lat <= Math.min(north, 84); lat += step) {
    const y = free([view.lon, lat])![1];
    brush.beginPath(); brush.moveTo(0, y); brush.lineTo(width, y); brush.stroke();
    words.push([`${Math.abs(lat).toFixed(digits)}°${lat < 0 ? "S" : "N"}`, 4, y - 3]);
  }
  brush.textAlign = "left";
  for (const [said, x, y] of words) if ((y > 26 && y < height - 40) || y === 12) halo(brush, said, x, y, soft, paper);
}

/** A mast is a triangle, a position of an event a disc, coordinates in a text an open diamond. */
function shape(brush: CanvasRenderingContext2D, spot: Spot, x: number, y: number, amber: string): void {
  brush.beginPath();
  if (spot.kind === "cell") { brush.moveTo(x, y - 8); brush.lineTo(x + 7.5, y + 6); brush.lineTo(x - 7.5, y + 6); brush.closePath(); }
  else if (spot.kind === "text") { brush.moveTo(x, y - 8); brush.lineTo(x + 8, y); brush.lineTo(x, y + 8); brush.lineTo(x - 8, y); brush.closePath(); brush.strokeStyle = amber; }
  else brush.arc(x, y, 7, 0, 7);
  brush.fill(); brush.stroke();
}

function label(brush: CanvasRenderingContext2D, one: Cluster, taken: [number, number, number, number][], width: number, height: number, ink: string, paper: string): void {
  const first = one.spots[0]!, named = first.names[0] ?? `${first.latitude.toFixed(4)}, ${first.longitude.toFixed(4)}`;
  const words = one.spots.length > 1 ? `${one.spots.length} positions, ${one.events.toLocaleString("en-GB")} events` : `${named.length > 34 ? `${named.slice(0, 33)}…` : named}, ${one.events.toLocaleString("en-GB")}`;
  const long = brush.measureText(words).width;
  for (const [left, base] of [[one.x + 16, one.y + 4], [one.x - 16 - long, one.y + 4], [one.x - long / 2, one.y - 20], [one.x - long / 2, one.y + 30]] as const) {
    if (left < 4 || left + long > width - 4 || base < 14 || base > height - 40) continue;
    if (taken.some(([a, b, c, d]) => left < c && a < left + long && base - 12 < d && b < base + 4)) continue;
    taken.push([left, base - 12, left + long, base + 4]);
    brush.textAlign = "left";
    halo(brush, words, left, base, ink, paper);
    return;
  }
}

function halo(brush: CanvasRenderingContext2D, words: string, x: number, y: number, ink: string, paper: string): void {
  brush.lineWidth = 4; brush.strokeStyle = paper; brush.lineJoin = "round"; brush.strokeText(words, x, y);
  brush.fillStyle = ink; brush.fillText(words, x, y);
}

/** Lines from stop to stop with an arrow in the middle; broken where stops without a position lie between. */
function drawRoute(brush: CanvasRenderingContext2D, to: GeoProjection, route: RouteStop[], ink: string): void {
  brush.strokeStyle = ink; brush.fillStyle = ink;
  for (let at = 1; at < route.length; at += 1) {
    const one = to([route[at - 1]!.lon, route[at - 1]!.lat]), other = to([route[at]!.lon, route[at]!.lat]);
    if (!one || !other) continue;
    brush.setLineDash(route[at]!.broken ? [5, 4] : []);
    brush.lineWidth = 1.3; brush.beginPath(); brush.moveTo(...one); brush.lineTo(...other); brush.stroke();
    brush.setLineDash([]);
    const long = Math.hypot(other[0] - one[0], other[1] - one[1]);
    if (long < 24) continue;
    const angle = Math.atan2(other[1] - one[1], other[0] - one[0]), x = one[0] + (other[0] - one[0]) * 0.55, y = one[1] + (other[1] - one[1]) * 0.55;
    brush.beginPath(); brush.moveTo(x + 6 * Math.cos(angle), y + 6 * Math.sin(angle));
    for (const turn of [2.6, -2.6]) brush.lineTo(x + 6 * Math.cos(angle + turn), y + 6 * Math.sin(angle + turn));
    brush.closePath(); brush.fill();
  }
}

function scaleBar(brush: CanvasRenderingContext2D, view: View, height: number, ink: string, paper: string): void {
  const metre = view.scale / (EARTH_M * Math.cos((view.lat * Math.PI) / 180));
  let metres = 1;
  for (let power = 0; power < 8; power += 1) for (const lead of [1, 2, 5]) if (lead * 10 ** power * metre <= 150) metres = lead * 10 ** power;
  const y = height - 14, long = metres * metre;
  for (const [style, wide] of [[paper, 5], [ink, 1.6]] as const) {
    brush.strokeStyle = style; brush.lineWidth = wide;
    brush.beginPath(); brush.moveTo(14, y - 6); brush.lineTo(14, y); brush.lineTo(14 + long, y); brush.lineTo(14 + long, y - 6); brush.stroke();
  }
  brush.textAlign = "left"; brush.font = "12px system-ui, sans-serif";
  halo(brush, metres >= 1000 ? `${(metres / 1000).toLocaleString("en-GB")} km` : `${metres} m`, 20, y - 8, ink, paper);
}
