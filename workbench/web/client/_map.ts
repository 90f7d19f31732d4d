// The map: positions, clusters, a route; what is chosen on it filters the rest, and what is chosen in time filters it.
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { ask, make, say, tell } from "./_page";
import { around, clusters, paint, projection, type Cluster, type Outline, type RouteStop, type View } from "./_map_draw";
import { spotInfo, spotLine, stopLine, unplacedLine } from "./_map_lists";
import type { Named, Places, Routes, Spot } from "./_timeline_types";

interface Heard { region(box: string): void; lanes(): Named[]; stretch(): URLSearchParams }
export interface Space { follow(asked: URLSearchParams): Promise<void>; zoom(by: number): void; pan(x: number, y: number): void }

const NEAREST = 4e8, FARTHEST = 60;
const at = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
let outline: Outline | null = null;
let used: WorldMap | null = null;

export function openMap(world: string, heard: Heard): Space {
  used ??= new WorldMap(world);
  used.heard = heard;
  used.draw();
  return used;
}

class WorldMap implements Space {
  heard!: Heard;
  private readonly canvas = at<HTMLCanvasElement>("map");
  private view: View = { lon: 0, lat: 25, scale: 120 };
  private places: Places = { spots: [], found: 0, unplaced: [], unplaced_found: 0, notes: [] };
  private found: Cluster[] = [];
  private route: RouteStop[] = [];
  private routed = "";
  private chosen: Spot | null = null;
  private settled = false;

  constructor(world: string) {
    void this.load(world);
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.canvas.addEventListener("wheel", (event) => { if (event.ctrlKey) return; event.preventDefault(); this.zoom(Math.exp(-Math.max(-200, Math.min(200, event.deltaY)) * 0.0025), event); }, { passive: false });
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    const acts: Record<string, () => void> = {
      in: () => this.zoom(1.6), out: () => this.zoom(1 / 1.6), all: () => this.fit(this.places.spots), world: () => this.fit([]),
      filter: () => this.region(this.bounds()), unfilter: () => this.region(""), save: () => this.save(),
    };
    for (const button of document.querySelectorAll<HTMLElement>("[data-map]")) button.addEventListener("click", () => acts[button.dataset.map!]?.());
    at<HTMLSelectElement>("route").addEventListener("change", () => void this.follow(this.heard.stretch()).then(() => this.fit(this.route.map((one) => ({ latitude: one.lat, longitude: one.lon })))));
  }

  private async load(world: string): Promise<void> {
    try {
      const whole = await ask<Topology<{ countries: GeometryCollection; land: GeometryCollection }>>(world);
      outline = { land: feature(whole, whole.objects.land), borders: mesh(whole, whole.objects.countries, (one, other) => one !== other) };
      this.draw();
    } catch (error) { tell(error); }
  }

  /** Ask what is where in the stretch that the rest shows. */
  async follow(asked: URLSearchParams): Promise<void> {
    try {
      this.places = await ask<Places>(`/api/places?${asked}`);
      await this.choices(asked);
      if (!this.settled && this.places.spots.length) { this.settled = true; this.fit(this.places.spots); }
      this.lists(asked.has("box"));
      this.draw();
    } catch (error) { tell(error); }
  }

  private async choices(asked: URLSearchParams): Promise<void> {
    const select = at<HTMLSelectElement>("route"), wanted = select.value;
    const lanes = this.heard.lanes();
    const known = [...select.options].find((one) => one.value === wanted);
    select.replaceChildren(make("option", { value: "" }, "nothing"), ...lanes.map((one) => make("option", { value: one.entity }, `${one.kind.replaceAll("_", " ")} ${one.value}`)));
    if (wanted && !lanes.some((one) => one.entity === wanted) && known) select.append(known);
    select.value = wanted;
    this.routed = "";
    this.route = [];
    at("stops-part").hidden = !wanted;
    if (!wanted) return;
    const of = new URLSearchParams({ a: wanted, since: asked.get("since") ?? "", until: asked.get("until") ?? "" });
    const found = await ask<Routes>(`/api/routes?${of}`);
    let missing = 0, without = 0, number = 0;
    at("stops").replaceChildren(...found.stops.map((stop) => {
      const lat = Number(stop.latitude), lon = Number(stop.longitude), placed = stop.latitude !== "" && stop.longitude !== "";
      number += 1;
      if (placed) { this.route.push({ lat, lon, number, broken: missing > 0 }); missing = 0; } else { missing += 1; without += 1; }
      return stopLine(stop, placed, () => this.look({ latitude: lat, longitude: lon }));
    }));
    this.routed = `Route of ${select.selectedOptions[0]?.textContent}: ${found.stops_found.toLocaleString("en-GB")} stops${without ? `, ${without.toLocaleString("en-GB")} without a position (lines across them are broken)` : ""}. A line joins one stop with the next; nothing says which road was taken, and a mast is not the phone. ${found.notes.join(" ")}`;
  }

  private lists(filtered: boolean): void {
    const { spots, unplaced, found, unplaced_found, notes } = this.places;
    at("space-said").textContent = [`${found.toLocaleString("en-GB")} positions in this stretch${filtered ? ", in the region that is chosen" : ""}; ${unplaced_found.toLocaleString("en-GB")} places are named without coordinates`, ...notes, this.routed].filter(Boolean).join(". ").replace(/\.\. /g, ". ");
    at("spots").replaceChildren(...(spots.length ? spots.slice(0, 200).map((spot) => spotLine(spot, () => { this.chosen = spot; this.look(spot); this.tellSpot([spot]); })) : [make("li", { class: "quiet" }, "Nothing in this stretch states a position.")]));
    at("unplaced").replaceChildren(...(unplaced.length ? unplaced.map(unplacedLine) : [make("li", { class: "quiet" }, "None.")]));
    document.querySelector<HTMLElement>("[data-map=unfilter]")!.hidden = !filtered;
  }

  private tellSpot(spots: Spot[]): void {
    at("spot").replaceChildren(...spotInfo(spots, () => {
      const lats = spots.map((one) => one.latitude), lons = spots.map((one) => one.longitude), room = 0.0002;
      this.region([Math.min(...lons) - room, Math.min(...lats) - room, Math.max(...lons) + room, Math.max(...lats) + room].map((one) => one.toFixed(5)).join(","));
    }));
  }

  private region(box: string): void { this.heard.region(box); }

  private size(): [number, number] { return [this.canvas.clientWidth || 700, this.canvas.clientHeight || 450]; }

  private bounds(): string {
    const [width, height] = this.size(), to = projection(this.view, width, height).clipExtent(null);
    const [west, north] = to.invert!([0, 0])!, [east, south] = to.invert!([width, height])!;
    const whole = (width / this.view.scale) * (180 / Math.PI) >= 359;
    return [whole ? -180 : west, Math.max(-90, Math.min(south, north)), whole ? 180 : east, Math.min(90, Math.max(south, north))].map((one) => one.toFixed(5)).join(",");
  }

  fit(spots: { latitude: number; longitude: number }[]): void { this.view = around(spots, ...this.size()); this.bounded(); this.draw(); }

  private look(spot: { latitude: number; longitude: number }): void {
    this.view = { ...this.view, lon: spot.longitude, lat: spot.latitude };
    this.bounded();
    this.draw();
  }

  private bounded(): void {
    this.view.scale = Math.max(FARTHEST, Math.min(NEAREST, this.view.scale));
    this.view.lat = Math.max(-84, Math.min(84, this.view.lat));
    this.view.lon = ((((this.view.lon + 180) % 360) + 360) % 360) - 180;
  }

  zoom(by: number, about?: MouseEvent): void {
    const [width, height] = this.size(), box = this.canvas.getBoundingClientRect();
    const x = about ? about.clientX - box.left : width / 2, y = about ? about.clientY - box.top : height / 2;
    const spot = projection(this.view, width, height).clipExtent(null).invert!([x, y]);
    this.view = { ...this.view, scale: Math.max(FARTHEST, Math.min(NEAREST, this.view.scale * by)) };
    const now = spot && projection(this.view, width, height).clipExtent(null)(spot);
    if (now) this.pan(now[0] - x, now[1] - y);
    else this.draw();
  }

  pan(x: number, y: number): void {
    const [width, height] = this.size(), to = projection(this.view, width, height).clipExtent(null).invert!([width / 2 + x, height / 2 + y]);
    if (to) this.view = { ...this.view, lon: to[0], lat: to[1] };
    this.bounded();
    this.draw();
  }

  draw(): void {
    const [width, height] = this.size(), dense = window.devicePixelRatio || 1;
    this.canvas.width = width * dense;
    this.canvas.height = height * dense;
    this.found = clusters(this.places.spots, projection(this.view, width, height).clipExtent(null));
    this.onto(this.canvas, dense, false);
    this.canvas.dataset.drawn = `${this.found.length} marks, ${this.route.length} stops${outline ? ", outline" : ""}`;
  }

  private onto(canvas: HTMLCanvasElement, dense: number, stamped: boolean): void {
    const brush = canvas.getContext("2d");
    if (!brush) return;
    brush.setTransform(dense, 0, 0, dense, 0, 0);
    paint(brush, ...this.size(), this.view, outline, this.found, this.route, this.chosen, stamped);
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const box = this.canvas.getBoundingClientRect(), from = { x: event.clientX, y: event.clientY }, began = this.view;
    const [width, height] = this.size();
    this.canvas.setPointerCapture(event.pointerId);
    let moved = false;
    const move = (now: PointerEvent): void => {
      moved ||= Math.hypot(now.clientX - from.x, now.clientY - from.y) > 4;
      if (!moved) return;
      if (event.shiftKey) { this.draw(); this.frame(from.x - box.left, from.y - box.top, now.clientX - from.x, now.clientY - from.y); return; }
      this.view = began;
      this.pan(from.x - now.clientX, from.y - now.clientY);
    };
    const end = (now: PointerEvent): void => {
      this.canvas.removeEventListener("pointermove", move);
      if (!moved) return this.click(now.clientX - box.left, now.clientY - box.top);
      if (!event.shiftKey) return;
      const to = projection(this.view, width, height).clipExtent(null), one = to.invert!([from.x - box.left, from.y - box.top])!, other = to.invert!([now.clientX - box.left, now.clientY - box.top])!;
      const [west, east] = from.x < now.clientX ? [one[0], other[0]] : [other[0], one[0]];
      this.region([west, Math.min(one[1], other[1]), east, Math.max(one[1], other[1])].map((each) => each.toFixed(5)).join(","));
    };
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", end, { once: true });
  }

  private frame(x: number, y: number, wide: number, tall: number): void {
    const brush = this.canvas.getContext("2d");
    if (!brush) return;
    brush.setLineDash([5, 4]); brush.lineWidth = 1.5; brush.strokeRect(x, y, wide, tall); brush.setLineDash([]);
  }

  private click(x: number, y: number): void {
    const one = this.found.find((each) => Math.hypot(each.x - x, each.y - y) < 20);
    this.chosen = one?.spots[0] ?? null;
    if (one) this.tellSpot(one.spots);
    if (one && one.spots.length > 1 && new Set(one.spots.map((spot) => `${spot.latitude} ${spot.longitude}`)).size > 1) this.fit(one.spots);
    else this.draw();
  }

  private save(): void {
    const [width, height] = this.size(), made = document.createElement("canvas");
    made.width = width * 2;
    made.height = height * 2;
    this.onto(made, 2, true);
    made.toBlob((picture) => {
      if (!picture) return say("the picture could not be made");
      const link = make("a", { href: URL.createObjectURL(picture), download: "map-illustrative-aid.png" });
      link.click();
      window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      say("The picture is saved; it is stamped as an illustrative aid, not evidence.");
    }, "image/png");
  }
}
