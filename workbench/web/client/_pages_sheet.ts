// A page: its picture when asked for, zoom, pan and rotation, the boxes of its words, and the words beside it.
import { onKey, say } from "./_page";
import { wished, wish } from "./_pages_wishes";

class Sheet {
  private zoom = 1;
  private turns = 0;
  private width: number;
  private height: number;
  private readonly turned: HTMLElement;
  private readonly image: HTMLImageElement;

  constructor(private readonly desk: HTMLElement, private readonly sheet: HTMLElement) {
    this.turned = sheet.parentElement as HTMLElement;
    this.image = sheet.querySelector("img") as HTMLImageElement;
    this.width = Number(sheet.dataset.width) || 1000;
    this.height = Number(sheet.dataset.height) || 1400;
    this.image.addEventListener("load", () => this.loaded());
    this.drag();
    new ResizeObserver(() => this.lay()).observe(desk);
    this.lay();
    this.toLit();
    if (wished("show")) void this.show();
  }

  /** How many CSS pixels a pixel of the page takes at zoom 1: the whole width is seen. */
  private get fit(): number {
    const across = this.turns % 2 ? this.height : this.width;
    return Math.max(0.05, (this.desk.clientWidth - 24) / across);
  }

  private lay(): void {
    const scale = this.fit * this.zoom, wide = this.width * scale, high = this.height * scale;
    this.sheet.style.width = `${wide}px`;
    this.sheet.style.height = `${high}px`;
    this.sheet.style.transform = `translate(-50%, -50%) rotate(${this.turns * 90}deg)`;
    this.turned.style.width = `${this.turns % 2 ? high : wide}px`;
    this.turned.style.height = `${this.turns % 2 ? wide : high}px`;
    const said = document.getElementById("zoom-said");
    if (said) said.textContent = `${Math.round(this.zoom * 100)} %${this.turns ? `, turned ${this.turns * 90}°` : ""}`;
  }

  zoomBy(factor: number): void {
    const desk = this.desk, before = this.zoom;
    const middleX = desk.scrollLeft + desk.clientWidth / 2, middleY = desk.scrollTop + desk.clientHeight / 2;
    this.zoom = Math.min(12, Math.max(0.25, this.zoom * factor));
    this.lay();
    const grown = this.zoom / before;
    desk.scrollTo(middleX * grown - desk.clientWidth / 2, middleY * grown - desk.clientHeight / 2);
  }

  whole(): void { this.zoom = 1; this.turns = 0; this.lay(); this.desk.scrollTo(0, 0); }
  turn(): void { this.turns = (this.turns + 1) % 4; this.lay(); }
  toLit(): void { this.sheet.querySelector(".boxes .lit")?.scrollIntoView({ block: "center", inline: "center" }); }

  async show(): Promise<void> {
    const desk = this.desk, veil = desk.querySelector<HTMLElement>(".veil");
    const problem = desk.querySelector<HTMLElement>(".picture-problem");
    const drawing = desk.querySelector<HTMLElement>(".drawing");
    if (veil) veil.hidden = true;
    if (drawing) drawing.hidden = false;
    try {
      const answer = await fetch(this.sheet.dataset.picture ?? "", { headers: { "hx-request": "true" }, credentials: "same-origin" });
      if (!answer.ok) {
        const told = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".problem");
        throw new Error(told?.textContent?.trim() || `the workbench answered ${answer.status}`);
      }
      this.image.src = URL.createObjectURL(await answer.blob());
      this.image.hidden = false;
    } catch (error) {
      if (!problem) return;
      problem.textContent = error instanceof Error ? error.message : String(error);
      problem.hidden = false;
    } finally {
      if (drawing) drawing.hidden = true;
    }
  }

  private loaded(): void {
    if (!Number(this.sheet.dataset.width)) { this.width = this.image.naturalWidth; this.height = this.image.naturalHeight; this.lay(); }
    URL.revokeObjectURL(this.image.src);
    this.sheet.dataset.shown = "true";
  }

  private drag(): void {
    const desk = this.desk;
    let from: { x: number; y: number; left: number; top: number } | null = null;
    desk.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || (event.target as Element).closest("button")) return;
      from = { x: event.clientX, y: event.clientY, left: desk.scrollLeft, top: desk.scrollTop };
    });
    desk.addEventListener("pointermove", (event) => {
      if (!from) return;
      if (!desk.classList.contains("moving") && Math.hypot(event.clientX - from.x, event.clientY - from.y) < 4) return;
      if (!desk.classList.contains("moving")) { desk.classList.add("moving"); desk.setPointerCapture(event.pointerId); }
      desk.scrollTo(from.left - (event.clientX - from.x), from.top - (event.clientY - from.y));
    });
    for (const end of ["pointerup", "pointercancel"]) desk.addEventListener(end, () => { from = null; desk.classList.remove("moving"); });
    desk.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
    }, { passive: false });
  }
}

/** Light a word in the text and its box on the page. */
function light(number: string): void {
  for (const one of document.querySelectorAll(".w.on, .boxes .on")) one.classList.remove("on");
  for (const one of document.querySelectorAll(`.middle [data-w="${CSS.escape(number)}"]`)) {
    one.classList.add("on");
    one.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

function pressed(does: string, on: boolean): void {
  document.querySelector(`.page-tools [data-does="${does}"]`)?.setAttribute("aria-pressed", String(on));
}

export function sheets(): void {
  const desk = document.querySelector<HTMLElement>(".desk"), sheet = desk?.querySelector<HTMLElement>(".sheet-of");
  if (!desk || !sheet) return;
  const made = new Sheet(desk, sheet);
  const look = (name: "blur" | "grey"): void => { sheet.classList.toggle(name, wished(name)); pressed(name, wished(name)); };
  look("blur");
  look("grey");
  const does: Record<string, () => void> = {
    closer: () => made.zoomBy(1.25),
    away: () => made.zoomBy(1 / 1.25),
    fit: () => made.whole(),
    turn: () => made.turn(),
    grey: () => { wish("grey", !wished("grey")); look("grey"); },
    blur: () => { wish("blur", !wished("blur")); look("blur"); say(wished("blur") ? "blurred" : "no longer blurred"); },
    boxes: () => { const all = sheet.querySelector(".boxes")?.classList.toggle("all") ?? false; pressed("boxes", all); },
    show: () => { wish("show", true); void made.show(); },
  };
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const button = target.closest<HTMLElement>("[data-does]");
    if (button) { does[button.dataset.does ?? ""]?.(); return; }
    const word = target.closest<HTMLElement | SVGElement>(".middle [data-w]");
    if (word) light(word.dataset.w ?? "");
  });
  onKey("+", "zoom in", () => does.closer?.());
  onKey("=", "zoom in", () => does.closer?.());
  onKey("-", "zoom out", () => does.away?.());
  onKey("0", "fit the page", () => does.fit?.());
  onKey("r", "rotate", () => does.turn?.());
  onKey("g", "greyscale", () => does.grey?.());
  onKey("b", "blur", () => does.blur?.());
  onKey("w", "all word boxes", () => does.boxes?.());
  onKey("v", "show pictures in this session", () => does.show?.());
  onKey("n", "next page", () => document.querySelector<HTMLAnchorElement>(".turning a[rel=next]")?.click());
  onKey("p", "previous page", () => document.querySelector<HTMLAnchorElement>(".turning a[rel=prev]")?.click());
}
