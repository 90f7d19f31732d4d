// A recording or film: opens at the utterance that was asked for; the transcript follows what is heard, and a click goes there.
import { make, onKey, say } from "./_page";
import { bind, clock, Player, type Span, within } from "./_player";
import { Wave } from "./_player_wave";
import { veiled } from "./_veil";

const place = document.querySelector<HTMLElement>(".player");
const media = document.querySelector<HTMLMediaElement>("#media");
const spans: Span[] = [...document.querySelectorAll<HTMLElement>("#transcript > li")].map((line) => ({
  first: Number(line.dataset.at), last: Math.max(Number(line.dataset.to), Number(line.dataset.at) + 1), line,
}));
const words = [...document.querySelectorAll<HTMLElement>("#transcript .w[data-at]")].map((word) => ({
  first: Number(word.dataset.at), last: Number(word.dataset.to), line: word,
})).sort((one, other) => one.first - other.first);

/** Return the last that began by then; it need not last until then. */
function begun(held: Span[], ms: number): Span | null {
  let low = 0, high = held.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((held[middle]?.first ?? 0) <= ms + 1) low = middle + 1; else high = middle;
  }
  return held[low - 1] ?? null;
}

veiled();
const hit = document.querySelector<HTMLElement>("#transcript > li.hit");
hit?.scrollIntoView({ block: "center" });
if (place && media) {
  const spanAt = (seconds: number): Span | null => begun(spans, seconds * 1000);
  const player = new Player(media, Number(place.dataset.duration) / 1000, spanAt);
  bind(player);
  instead(media, place);
  const lit = place.dataset.first === undefined ? null : { first: Number(place.dataset.first), last: Number(place.dataset.last), line: hit ?? place };
  if (lit) player.seek(lit.first / 1000);
  const wave = document.querySelector<HTMLCanvasElement>("#wave"), near = document.querySelector<HTMLCanvasElement>("#near");
  if (wave && near) {
    const drawn = new Wave(place.dataset.number ?? "", player, spans, lit, wave, near);
    drawn.trouble.then(() => document.getElementById("trouble")?.replaceChildren(), (error: Error & { nextStep?: string }) => {
      const words = make("div", { class: "problem", role: "alert" }, make("p", {}, `${error.message}.`), make("p", {}, error.nextStep ?? ""));
      document.getElementById("trouble")?.replaceChildren(words);
    });
    drawn.draw();
  }
  follow(player, wave);
  jump(player);
  showing(player, place.dataset.film ?? "");
}

/** What this browser cannot play after all is heard as WAV made from it, and a film seen frame by frame; or the page says that it is not. */
function instead(media: HTMLMediaElement, place: HTMLElement): void {
  const failed = (): void => {
    const whole = media.src.includes("/media/original/"), at = media.currentTime || Number(place.dataset.first ?? 0) / 1000;
    document.getElementById("unplayed")?.remove();
    const words = whole ? "This browser does not play it as it is: what is heard is its sound as WAV, 16 kHz mono, made from the original." : "No sound of it can be played here.";
    place.prepend(make("p", { class: "problem", role: "alert", id: "unplayed" }, words));
    if (!whole) return;
    if (media instanceof HTMLVideoElement) {
      media.hidden = true;
      media.after(make("img", { id: "still", alt: "The frame at this time" }));
    }
    media.addEventListener("loadedmetadata", () => { media.currentTime = at; }, { once: true });
    media.src = `/media/sound/${place.dataset.number ?? ""}`;
  };
  media.addEventListener("error", failed);
  if (media.error) failed();
}

function follow(player: Player, wave: HTMLCanvasElement | null): void {
  const now = document.getElementById("now"), whole = document.getElementById("whole");
  let line: HTMLElement | null = null, word: HTMLElement | null = null;
  player.watch((seconds) => {
    if (now) now.textContent = clock(seconds);
    if (whole) whole.textContent = clock(player.duration);
    wave?.setAttribute("aria-valuenow", String(Math.floor(seconds)));
    wave?.setAttribute("aria-valuetext", clock(seconds));
    const span = begun(spans, seconds * 1000), here = span && within(span, seconds) ? span.line : null;
    if (here !== line) {
      line?.classList.remove("now");
      line?.removeAttribute("aria-current");
      here?.classList.add("now");
      here?.setAttribute("aria-current", "true");
      if (here && !player.media.paused) here.scrollIntoView({ block: "nearest" });
      line = here;
    }
    const said = begun(words, seconds * 1000), spoken = said && within(said, seconds) ? said.line : null;
    if (spoken !== word) { word?.classList.remove("now"); spoken?.classList.add("now"); word = spoken; }
  });
  player.seek(player.now);
}

function jump(player: Player): void {
  // A reading that is chosen in the pane at the right is heard from its word on.
  document.getElementById("transcript")?.addEventListener("casegraph:lit", (event) => {
    const at = event.target instanceof Element ? event.target.closest<HTMLElement>(".w[data-at]") ?? event.target.closest<HTMLElement>("li") : null;
    if (at) player.seek(Number(at.dataset.at) / 1000);
  });
  document.getElementById("transcript")?.addEventListener("click", (event) => {
    if (!(event.target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (String(window.getSelection()).length) return; // words that are being copied
    const line = event.target.closest<HTMLElement>("li");
    const at = event.target.closest<HTMLElement>(".w[data-at]") ?? line;
    if (!line || !at) return;
    const link = event.target.closest<HTMLAnchorElement>("a");
    if (link && !link.matches(".clock")) return;
    event.preventDefault();
    if (link) history.replaceState(null, "", link.href);
    player.seek(Number(at.dataset.at) / 1000);
  });
}

/** The picture of a film: the film itself where it plays, else the frame at the time, asked for again when it stands still. */
function showing(player: Player, film: string): void {
  const button = document.querySelector<HTMLButtonElement>("#show"), screen = document.getElementById("screen");
  if (!film || !button || !screen) return;
  let shown = -1;
  const frame = (): void => {
    const still = document.querySelector<HTMLImageElement>("#still");
    const at = Math.floor(player.now) * 1000;
    if (!still || screen.hidden || at === shown) return;
    shown = at;
    still.src = `/media/picture/${place?.dataset.number ?? ""}?at_ms=${at}`;
  };
  screen.addEventListener("error", (event) => { if (event.target instanceof HTMLImageElement) say("No frame can be shown here."); }, true);
  player.watch(frame);
  const turn = (): void => {
    screen.hidden = !screen.hidden;
    button.setAttribute("aria-pressed", String(!screen.hidden));
    button.textContent = screen.hidden ? "Show the picture" : "Hide the picture";
    frame();
  };
  button.addEventListener("click", turn);
  onKey("v", "show the picture, or not", turn);
}
