// The graph: a picture that grows by choice, the lists that tell the same, and the evidence beside it.
import { ask, onKey, say, tell } from "./_page";
import { Begin } from "./_graph_begin";
import { card, evidenceOf, part } from "./_graph_beside";
import { Canvas } from "./_graph_canvas";
import { fillForm, onFilters, sieveOfForm, tellFilters } from "./_graph_filters";
import { GroupsView, lineOf } from "./_graph_groups";
import { pause, type Spot } from "./_graph_layout";
import { Lists } from "./_graph_lists";
import { pictured } from "./_graph_picture";
import { saved } from "./_saved_picture";
import { addressOf, bondId, drawnNeighbours, hidden, readShown, readSieve, type Picture, type Shown, type Sieve } from "./_graph_state";

const page = document.getElementById("graph") as HTMLElement;
const standing = document.getElementById("standing") as HTMLElement;
const count = (number: number): string => number.toLocaleString("en-GB");
const STRONGEST = 25;

let shown: Shown = readShown(location.hash);
let sieve: Sieve = readSieve(location.search);
let picture: Picture = { things: [], bonds: [], added: [], left: 0, gone: [], notes: [], definition: "" };
let chosen: string[] = [];
let pathFrom = "";
let busy = 0;
const before: { shown: Shown; spots: Map<string, Spot> }[] = [];
const more = new Map<string, number>();

const canvas = new Canvas(document.getElementById("drawing") as HTMLElement, {
  thing: (id, also) => choose(also ? [...new Set([...chosen, id])] : [id]),
  bond: (id) => choose([id]),
  twice: (id) => void expand(id),
  nothing: () => choose([]),
});
const groups = new GroupsView(canvas, {
  thing: (id) => { choose([id]); canvas.reveal(id); },
  tie: (relations) => {
    const bond = lineOf(relations, picture.bonds);
    if (bond) choose([bondId(bond)]); else void evidenceOf({ relations });
  },
});
const lists = new Lists({ thing: (id) => { choose([id]); canvas.reveal(id); }, bond: (id) => choose([id]), letter: (id) => groups.letterOf(id) });
const begin = new Begin((ids) => void add(ids));

const thingOf = (id: string): Picture["things"][number] | undefined => picture.things.find((one) => one.id === id);
const seeds = (): Set<string> => new Set(shown.seeds);
const out = (): Set<string> => hidden(picture, seeds(), sieve);

// --- drawing -----------------------------------------------------------------------------------------------------

type Asked = { things: string[]; seeds: string[]; expand?: string; hops?: number; most?: number };

async function draw(asked: Asked, anew = false): Promise<boolean> {
  const mine = ++busy;
  standing.textContent = "Drawing …";
  delete page.dataset.drawn;
  let answer: Picture;
  try {
    answer = await ask<Picture>("/api/graph/draw", { json: { ...asked, sieve } });
  } catch (error) {
    if (mine === busy) { tell(error); tellStanding(); }
    return false;
  }
  await pause(); // reading a large answer and listing it are two pieces
  if (mine !== busy) return false;
  picture = answer;
  const gone = new Set(answer.gone);
  shown = { things: answer.things.map((one) => one.id), seeds: asked.seeds.filter((id) => !gone.has(id)) };
  countMore();
  await show(anew);
  for (const note of answer.notes) say(note);
  return true;
}

function countMore(): void {
  const near = drawnNeighbours(picture);
  more.clear();
  for (const one of picture.things) more.set(one.id, Math.max(0, one.neighbours - (near.get(one.id) ?? 0)));
}

async function show(anew = false): Promise<void> {
  delete page.dataset.drawn;
  const unseen = out();
  history.replaceState(null, "", addressOf(shown, sieve, groups.on));
  (document.getElementById("nothing") as HTMLElement).hidden = picture.things.length > 0;
  const lines = new Map<string, number>();
  const bonds = picture.bonds.filter((one) => !unseen.has(one.a) && !unseen.has(one.b));
  for (const bond of bonds) for (const id of [bond.a, bond.b]) lines.set(id, (lines.get(id) ?? 0) + 1);
  lists.show(picture.things.filter((one) => !unseen.has(one.id)), bonds, { lines, more });
  standing.textContent = "Laying out …";
  await canvas.draw(picture, unseen, seeds(), more, anew);
  chosen = chosen.filter((id) => canvas.cy.getElementById(id).nonempty());
  canvas.choose(chosen);
  if (pathFrom) canvas.mark("end", [pathFrom]);
  await grouped();
  page.dataset.drawn = String(picture.things.length - unseen.size);
  tellStanding();
}

/** Show the groups of what is drawn, where they are asked for. */
async function grouped(): Promise<void> {
  if (!groups.on) return;
  const unseen = out();
  await groups.look(shown, sieve, picture.things.filter((one) => !unseen.has(one.id)));
  lists.fill();
}

async function switchGroups(): Promise<void> {
  groups.set(!groups.on);
  history.replaceState(null, "", addressOf(shown, sieve, groups.on));
  await grouped();
  lists.fill();
  if (groups.on) say(groups.groups.length ? `${count(groups.groups.length)} ${groups.groups.length === 1 ? "group" : "groups"} among what is drawn` : "no group among what is drawn");
}

function tellStanding(): void {
  const unseen = out();
  if (!picture.things.length) { standing.textContent = ""; return; }
  const told = [`${count(picture.things.length - unseen.size)} things, ${count(canvas.cy.edges().length)} lines`];
  if (unseen.size) told.push(`${count(unseen.size)} hidden by the filters`);
  const one = chosen.length === 1 ? more.get(chosen[0] ?? "") : undefined;
  if (one) told.push(`and ${count(one)} more around ${thingOf(chosen[0] ?? "")?.label ?? ""}`);
  if (pathFrom) told.push(`path from ${thingOf(pathFrom)?.label ?? pathFrom}: choose the other end and press p`);
  standing.textContent = told.join(" · ");
}

// --- growing and undoing -------------------------------------------------------------------------------------------

function remember(): void {
  before.push({ shown: { things: [...shown.things], seeds: [...shown.seeds] }, spots: new Map(canvas.spots) });
  if (before.length > 50) before.shift();
}

async function add(ids: string[]): Promise<void> {
  remember();
  const done = await draw({ things: [...shown.things, ...ids], seeds: [...new Set([...shown.seeds, ...ids])] });
  if (!done) { before.pop(); return; }
  const [first] = ids;
  if (first) choose([first]);
  document.getElementById("drawing")?.focus({ preventScroll: true }); // so that Enter expands, and does not press the choice again
}

async function expand(id = chosen.at(-1), hops = 1): Promise<void> {
  if (!id || !thingOf(id)) { say("choose a thing first"); return; }
  remember();
  if (!await draw({ ...shown, expand: id, hops, most: STRONGEST })) { before.pop(); return; }
  choose([id]);
  const left = picture.left ? `, and ${count(picture.left)} more` : "";
  if (picture.added.length) say(`${count(picture.added.length)} added${left}`);
  else { before.pop(); say("nothing more is around it under these filters"); }
}

async function undo(): Promise<void> {
  const last = before.pop();
  if (!last) { say("nothing to undo"); return; }
  canvas.spots.clear();
  for (const [id, spot] of last.spots) canvas.spots.set(id, spot);
  if (last.shown.things.length) { await draw(last.shown); return; }
  busy++;
  shown = last.shown;
  picture = { ...picture, things: [], bonds: [] };
  choose([]);
  await show();
}

async function takeOut(): Promise<void> {
  const gone = new Set(chosen.filter((id) => thingOf(id)));
  if (!gone.size) { say("choose a thing first"); return; }
  remember();
  chosen = [];
  const left = { things: shown.things.filter((id) => !gone.has(id)), seeds: shown.seeds.filter((id) => !gone.has(id)) };
  picture = { ...picture, things: picture.things.filter((one) => !gone.has(one.id)), bonds: picture.bonds.filter((one) => !gone.has(one.a) && !gone.has(one.b)) };
  shown = left;
  countMore();
  await show();
}

// --- choosing ----------------------------------------------------------------------------------------------------

function choose(ids: string[]): void {
  chosen = ids;
  canvas.choose(ids);
  const id = ids.at(-1) ?? "";
  lists.mark(id);
  tellStanding();
  const thing = thingOf(id), bond = picture.bonds.find((one) => bondId(one) === id);
  if (thing) void card(thing, more.get(id) ?? 0, acts);
  if (bond) void evidenceOf(bond);
}

async function path(): Promise<void> {
  const things = chosen.filter((id) => thingOf(id));
  const to = things.at(-1);
  const from = things.length > 1 ? things[0] : pathFrom;
  if (!to) { say("choose the thing where the path begins, then press p"); return; }
  if (!from || from === to) {
    pathFrom = to;
    canvas.mark("end", [to]);
    tellStanding();
    say(`path from ${thingOf(to)?.label ?? ""}: choose the other end and press p`);
    return;
  }
  pathFrom = "";
  canvas.mark("end", [from, to]);
  tellStanding();
  const place = await part(`/graph/path?${new URLSearchParams({ a: from, b: to, co_mention: String(sieve.families.includes("co_mention")), verified: String(sieve.verified) })}`);
  const ways = [...(place?.querySelectorAll<HTMLElement>("[data-way]") ?? [])];
  for (const way of ways) way.querySelector("[data-show-way]")?.addEventListener("click", () => void showWay(way));
  if (ways[0]) await showWay(ways[0]);
  else if (place) say("no way leads from one to the other");
}

async function showWay(way: HTMLElement): Promise<void> {
  const ids = (way.dataset.way ?? "").split(" ");
  if (ids.some((id) => !shown.things.includes(id))) {
    remember();
    if (!await draw({ things: [...shown.things, ...ids], seeds: shown.seeds })) before.pop();
  }
  canvas.markWay(ids);
}

// --- saving ------------------------------------------------------------------------------------------------------

async function saveAs(kind: "png" | "svg"): Promise<void> {
  const unseen = out();
  const things = picture.things.filter((one) => !unseen.has(one.id)).map((one) => ({ ...one, ...canvas.cy.getElementById(one.id).position() }));
  if (!things.length) { say("nothing is drawn yet"); return; }
  try {
    const bonds = picture.bonds.filter((one) => !unseen.has(one.a) && !unseen.has(one.b));
    const on = new Date(), scene = { title: page.dataset.case ?? "", definition: picture.definition, things, bonds, hidden: unseen.size, more, groups: groups.groups, groupsSaid: groups.definition };
    say(await saved(pictured(scene, on), "graph", kind, on));
  } catch (error) { say(error instanceof Error ? error.message : "the picture could not be saved"); }
}

// --- wiring ------------------------------------------------------------------------------------------------------

const acts: Record<string, () => void> = {
  expand: () => void expand(), two: () => void expand(undefined, 2), path: () => void path(), hide: () => void takeOut(), undo: () => void undo(),
  layout: () => void show(true), fit: () => canvas.fit(), groups: () => void switchGroups(), png: () => void saveAs("png"), svg: () => void saveAs("svg"),
};
for (const button of document.querySelectorAll<HTMLElement>("[data-does]")) button.addEventListener("click", () => acts[button.dataset.does ?? ""]?.());
onKey("Enter", "add the strongest neighbours of the chosen thing; on a line, read its evidence", (event) => {
  const on = event.target;
  if (on instanceof HTMLElement && on.matches("a, button, summary") && !on.closest("#things")) { on.click(); return; }
  if (chosen.some((id) => thingOf(id))) void expand();
  else (document.querySelector<HTMLElement>("#beside a.strip"))?.focus();
});
onKey("E", "add two steps around the chosen thing", () => void expand(undefined, 2));
onKey("p", "path: choose one end, press p, choose the other, press p", () => void path());
onKey("h", "take the chosen thing out of the picture", () => void takeOut());
onKey("u", "undo the last expansion", () => void undo());
onKey("f", "show all of the picture", () => canvas.fit());
onKey("g", "show the groups of what is drawn, or not", () => void switchGroups());
onKey("l", "lay out again", () => void show(true));
document.getElementById("drawing")?.addEventListener("keydown", (event) => {
  const step: Record<string, [number, number]> = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  const by = step[event.key];
  if (by) { event.preventDefault(); canvas.cy.panBy({ x: by[0], y: by[1] }); }
  if (event.key === "+" || event.key === "-") canvas.cy.zoom({ level: canvas.cy.zoom() * (event.key === "+" ? 1.25 : 0.8), renderedPosition: { x: canvas.cy.width() / 2, y: canvas.cy.height() / 2 } });
});

onFilters(() => {
  sieve = sieveOfForm();
  tellFilters(sieve);
  if (shown.things.length) void draw(shown); else history.replaceState(null, "", addressOf(shown, sieve, groups.on));
});
window.addEventListener("hashchange", () => { shown = readShown(location.hash); if (shown.things.length) void draw(shown); });

async function open(): Promise<void> {
  fillForm(sieve);
  if (new URLSearchParams(location.search).has("groups")) groups.set(true);
  const { of = "", words = "" } = page.dataset;
  if (shown.things.length) { await draw(shown); return; }
  if (of) {
    if (await draw({ things: [], seeds: [of], expand: of, most: STRONGEST })) choose([of]);
  } else if (words) {
    const ids = await begin.look(words);
    if (ids.length) await draw({ things: ids, seeds: ids });
    else (document.getElementById("nothing") as HTMLElement).hidden = false;
  } else document.getElementById("begin-with")?.focus();
}
void open();
(window as unknown as { casegraphPicture: Canvas }).casegraphPicture = canvas;
