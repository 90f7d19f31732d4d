// Playing a recording: from the utterance asked for, without sound until it is asked for, with speed and loop.
import { onKey, say } from "./_page";

export type Span = { first: number; last: number; line: HTMLElement };
export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

export function clock(seconds: number): string {
  const tenths = Math.floor(Math.max(0, seconds) * 10 + 0.001), minutes = Math.floor(tenths / 600), rest = tenths % 600;
  const hours = Math.floor(minutes / 60);
  const lead = hours ? `${hours}:${String(minutes % 60).padStart(2, "0")}` : String(minutes).padStart(2, "0");
  return `${lead}:${String(Math.floor(rest / 10)).padStart(2, "0")}.${rest % 10}`;
}

export class Player {
  private looping: Span | null = null;
  private readonly watchers: ((seconds: number) => void)[] = [];

  constructor(readonly media: HTMLMediaElement, private readonly declared: number, private readonly spanAt: (seconds: number) => Span | null) {
    media.muted = true;
    for (const name of ["timeupdate", "seeked", "loadedmetadata"]) media.addEventListener(name, () => this.moved());
    media.addEventListener("play", () => this.run());
  }

  get duration(): number { return Number.isFinite(this.media.duration) ? this.media.duration : this.declared; }
  get now(): number { return this.media.currentTime; }

  watch(watcher: (seconds: number) => void): void { this.watchers.push(watcher); }

  seek(seconds: number): void {
    this.media.currentTime = Math.min(Math.max(0, seconds), this.duration || seconds);
    if (this.looping && !within(this.looping, this.now)) this.looping = this.spanAt(this.now);
    this.moved();
  }

  toggle(): void {
    if (this.media.paused) this.media.play().catch((error: Error) => { if (error.name !== "AbortError") say("It cannot be played here."); });
    else this.media.pause();
  }

  /** Go one speed up or down; returns it. */
  faster(by: 1 | -1): number {
    const at = SPEEDS.findIndex((speed) => speed === this.media.playbackRate);
    const next = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, (at < 0 ? 2 : at) + by))] ?? 1;
    this.media.playbackRate = next;
    return next;
  }

  /** Repeat the utterance that is heard now, or stop repeating; returns whether it does. */
  loop(): boolean {
    this.looping = this.looping ? null : this.spanAt(this.now);
    if (!this.looping) say("Nothing is repeated.");
    return this.looping !== null;
  }

  private run(): void {
    const again = (): void => { this.moved(); if (!this.media.paused) requestAnimationFrame(again); };
    requestAnimationFrame(again);
  }

  private moved(): void {
    if (this.looping && !this.media.paused && this.now * 1000 >= this.looping.last) this.media.currentTime = this.looping.first / 1000;
    for (const watcher of this.watchers) watcher(this.now);
  }
}

export function within(span: Span, seconds: number): boolean {
  return span.first <= seconds * 1000 + 1 && seconds * 1000 < span.last;
}

/** Bind the keys and the buttons of the player. */
export function bind(player: Player): void {
  const button = (id: string): HTMLButtonElement | null => document.querySelector<HTMLButtonElement>(`#${id}`);
  const speed = document.getElementById("speed");
  const on: [string, string, string, () => void][] = [
    ["play", " ", "play or pause", () => player.toggle()],
    ["back", "ArrowLeft", "five seconds back", () => player.seek(player.now - 5)],
    ["on", "ArrowRight", "five seconds on", () => player.seek(player.now + 5)],
    ["slower", "[", "slower", () => { if (speed) speed.textContent = `${player.faster(-1)}×`; }],
    ["faster", "]", "faster", () => { if (speed) speed.textContent = `${player.faster(1)}×`; }],
    ["loop", "l", "repeat this utterance, or not", () => button("loop")?.setAttribute("aria-pressed", String(player.loop()))],
    ["sound", "m", "sound on or off", () => { player.media.muted = !player.media.muted; }],
  ];
  for (const [id, key, does, run] of on) {
    button(id)?.addEventListener("click", run);
    onKey(key, does, (event) => { if (!(event.target instanceof HTMLElement && event.target.matches(".grip"))) run(); });
  }
  const media = player.media;
  media.addEventListener("volumechange", () => {
    const sound = button("sound");
    if (sound) { sound.textContent = media.muted ? "Sound is off" : "Sound is on"; sound.setAttribute("aria-pressed", String(!media.muted)); }
  });
  for (const name of ["play", "pause", "ended"]) media.addEventListener(name, () => { const play = button("play"); if (play) play.textContent = media.paused ? "Play" : "Pause"; });
}
