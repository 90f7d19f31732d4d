// The outline around some things: the smallest that bends nowhere inwards, with room for their symbols.
import type { Spot } from "./_graph_layout";

const ROOM = 34, AROUND = 10;

/** The outline as a path; empty where there is nothing. */
export function hull(spots: Spot[]): string {
  const points = spots.flatMap(({ x, y }) => Array.from({ length: AROUND }, (_, at): [number, number] => {
    const turn = (at / AROUND) * 2 * Math.PI;
    return [x + ROOM * Math.cos(turn), y + ROOM * Math.sin(turn)];
  })).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (given: [number, number][]): [number, number][] => {
    const kept: [number, number][] = [];
    for (const point of given) {
      while (kept.length > 1 && turns(kept[kept.length - 2]!, kept[kept.length - 1]!, point) <= 0) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  const around = [...half(points), ...half([...points].reverse())];
  return around.length ? `M${around.map(([x, y]) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`).join("L")}Z` : "";
}

function turns(a: [number, number], b: [number, number], c: [number, number]): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** Where the letter of an outline stands: above its highest thing. */
export function crown(spots: Spot[]): Spot {
  const top = spots.reduce((high, one) => (one.y < high.y ? one : high), spots[0] ?? { x: 0, y: 0 });
  return { x: top.x, y: top.y - ROOM - 8 };
}

/** The strokes that tell outlines apart besides their letters and colours. */
export const STROKES = ["", "10 5", "2.5 4", "12 4 2.5 4"];
export const strokeOf = (at: number): string => STROKES[(at + Math.floor(at / STROKES.length)) % STROKES.length] ?? "";
