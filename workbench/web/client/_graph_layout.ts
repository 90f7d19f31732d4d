// Where things stand: forces, computed in small pieces so that the page answers meanwhile, and put on screen once.
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationNodeDatum } from "d3-force";

export type Spot = { x: number; y: number };
type Body = SimulationNodeDatum & { id: string; x?: number; y?: number };
const SLICE_MS = 16;

/** Let the page answer, and go on. */
export const pause = (): Promise<void> => new Promise((resume) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = () => resume(); port2.postMessage(0); });

/**
 * Return a place for every thing. What has a place already begins there, what is new beside what it is tied to; the same
 * things and lines give the same picture. `stopped` ends it early, and then null is returned.
 */
export async function places(ids: string[], ties: { a: string; b: string }[], known: ReadonlyMap<string, Spot>, stopped: () => boolean): Promise<Map<string, Spot> | null> {
  const near = new Map<string, string>();
  for (const { a, b } of ties) {
    if (known.has(a) && !near.has(b)) near.set(b, a);
    if (known.has(b) && !near.has(a)) near.set(a, b);
  }
  const many = ids.length > 400, ticks = many ? 170 : 260;
  const bodies: Body[] = ids.map((id, at) => {
    const spot = known.get(id), beside = known.get(near.get(id) ?? "");
    const turn = at * 2.399963, away = spot ? 0 : beside ? 70 : 14 * Math.sqrt(at + 0.5);
    const from = spot ?? beside ?? { x: 0, y: 0 };
    return { id, x: from.x + away * Math.cos(turn), y: from.y + away * Math.sin(turn) };
  });
  const grown = ids.filter((id) => known.has(id)).length;
  const links = ties.map(({ a, b }) => ({ source: a, target: b }));
  const simulation = forceSimulation(bodies).stop()
    .force("tie", forceLink<Body, { source: string; target: string }>(links).id((body) => body.id).distance(many ? 70 : 150).iterations(1))
    .force("apart", forceManyBody<Body>().strength(many ? -160 : -1100).theta(many ? 1.1 : 0.9).distanceMax(many ? 700 : 1400))
    .force("room", forceCollide<Body>(many ? 16 : 56))
    .force("x", forceX<Body>(0).strength(0.045)).force("y", forceY<Body>(0).strength(0.06))
    .alpha(grown ? 0.6 : 1).alphaDecay(1 - 0.001 ** (1 / ticks));
  await pause();
  if (stopped()) return null;
  let slice = performance.now();
  for (let tick = 0; tick < ticks && simulation.alpha() > 0.002; tick++) {
    simulation.tick();
    if (performance.now() - slice < SLICE_MS) continue;
    await pause();
    if (stopped()) return null;
    slice = performance.now();
  }
  return new Map(bodies.map((body) => [body.id, { x: Math.round((body.x ?? 0) * 10) / 10, y: Math.round((body.y ?? 0) * 10) / 10 }]));
}
