// The loudness of a recording as bars: whole, and the half minute around what is heard; a click goes there.
import { ask, tell } from "./_page";
import type { Player, Span } from "./_player";

type Loudness = { duration_ms: number; first_ms: number; last_ms: number; peaks: number[] };
type Stretch = { first: number; last: number; peaks: number[] };
const WINDOW_MS = 30_000, CHUNK_MS = 60_000;

export class Wave {
  private whole: Stretch = { first: 0, last: 0, peaks: [] };
  private near: Stretch = { first: 0, last: 0, peaks: [] };
  private asked = -1;
  readonly trouble: Promise<void>;

  constructor(private readonly number: string, private readonly player: Player, private readonly spans: Span[], private readonly lit: Span | null,
              private readonly canvas: HTMLCanvasElement, private readonly close: HTMLCanvasElement) {
    const draw = (): void => this.draw();
    window.addEventListener("resize", draw);
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    player.watch(draw);
    canvas.addEventListener("pointerdown", (event) => this.drag(event, canvas, () => [0, this.length()]));
    close.addEventListener("pointerdown", (event) => this.drag(event, close, () => this.window()));
    this.trouble = this.load(0, 0, 1500).then((found) => { this.whole = found; this.draw(); });
  }

  private length(): number { return this.whole.last || this.player.duration * 1000; }

  private async load(first: number, last: number, count: number): Promise<Stretch> {
    const found = await ask<Loudness>(`/api/loudness/${this.number}?first_ms=${first}&last_ms=${last}&count=${count}`);
    return { first: found.first_ms, last: found.last_ms, peaks: found.peaks };
  }

  private drag(event: PointerEvent, canvas: HTMLCanvasElement, range: () => [number, number]): void {
    const [first, last] = range();
    const go = (at: PointerEvent): void => {
      const box = canvas.getBoundingClientRect();
      this.player.seek((first + Math.min(1, Math.max(0, (at.clientX - box.left) / box.width)) * (last - first)) / 1000);
    };
    canvas.setPointerCapture(event.pointerId);
    canvas.addEventListener("pointermove", go);
    canvas.addEventListener("pointerup", () => canvas.removeEventListener("pointermove", go), { once: true });
    go(event);
  }

  private window(): [number, number] {
    const length = this.length(), first = Math.min(Math.max(0, this.player.now * 1000 - WINDOW_MS / 2), Math.max(0, length - WINDOW_MS));
    return [first, Math.min(length, first + WINDOW_MS)];
  }

  draw(): void {
    paint(this.canvas, this.whole, 0, this.length(), this.spans, this.lit, this.player.now * 1000);
    this.close.hidden = this.length() <= 2 * WINDOW_MS;
    if (this.close.hidden) return;
    const [first, last] = this.window();
    const chunk = Math.max(0, Math.floor((first - WINDOW_MS / 2) / CHUNK_MS) * CHUNK_MS);
    if (chunk !== this.asked && (first < this.near.first || last > this.near.last)) {
      this.asked = chunk;
      this.load(chunk, chunk + 3 * CHUNK_MS, 6000).then((found) => { this.near = found; this.draw(); }).catch(tell);
    }
    paint(this.close, this.near, first, last, this.spans, this.lit, this.player.now * 1000);
  }
}

function paint(canvas: HTMLCanvasElement, held: Stretch, first: number, last: number, spans: Span[], lit: Span | null, now: number): void {
  const ratio = window.devicePixelRatio || 1, width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
  const pen = canvas.getContext("2d");
  if (!pen || !width || last <= first) return;
  if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
  const style = getComputedStyle(document.documentElement), colour = (name: string): string => style.getPropertyValue(name).trim();
  const x = (ms: number): number => ((ms - first) / (last - first)) * width;
  pen.clearRect(0, 0, width, height);
  pen.fillStyle = colour("--faint");
  for (const span of spans) if (span.last > first && span.first < last) pen.fillRect(x(span.first), 0, Math.max(1, x(span.last) - x(span.first)), height);
  if (lit) {
    pen.fillStyle = colour("--mark");
    pen.fillRect(x(lit.first), 0, Math.max(2, x(lit.last) - x(lit.first)), height);
  }
  const step = (held.last - held.first) / Math.max(1, held.peaks.length), wide = Math.max(1, Math.floor(x(first + step)) - (x(first + step) > 3 ? 1 : 0));
  const heard = colour("--accent"), coming = colour("--soft");
  held.peaks.forEach((peak, at) => {
    const ms = held.first + at * step;
    if (ms + step < first || ms > last) return;
    const tall = Math.max(ratio, (peak / 255) * (height - 4));
    pen.fillStyle = ms <= now ? heard : coming;
    pen.fillRect(x(ms), (height - tall) / 2, wide, tall);
  });
  pen.fillStyle = colour("--ink");
  pen.fillRect(Math.round(x(now)) - ratio, 0, 2 * ratio, height);
}
