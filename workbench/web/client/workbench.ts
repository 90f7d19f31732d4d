// On every page: htmx with our token, the keys, panes that resize and remember, lists that `j` and `k` walk.
import htmx from "htmx.org";
import { keysShown } from "./_keys";
import { tables } from "./_tables";
import { current, inField, knownKeys, onKey, say, tell } from "./_page";

(window as unknown as { htmx: typeof htmx }).htmx = htmx;
document.addEventListener("htmx:configRequest", (event) => {
  const detail = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
  detail.headers["x-csrf-token"] = document.body.dataset.csrf ?? "";
});
document.addEventListener("htmx:responseError", (event) => {
  const asked = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
  const told = new DOMParser().parseFromString(asked.responseText, "text/html").querySelector(".problem");
  say([...told?.querySelectorAll("p") ?? []].map((line) => line.textContent?.trim()).join(" ") || `the workbench answered ${asked.status}`);
});
// What is asked for again every few seconds is put in place only where it changed: a link keeps the focus, and a click its target.
const polled = new Map<string, string>();
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = (event as CustomEvent<{ target: Element; xhr: XMLHttpRequest }>).detail;
  if (!target.getAttribute("hx-trigger")?.startsWith("every")) return;
  if (polled.get(target.id) === xhr.responseText) (event as CustomEvent<{ shouldSwap: boolean }>).detail.shouldSwap = false;
  polled.set(target.id, xhr.responseText);
});
document.addEventListener("htmx:sendError", () => say("the workbench does not answer; see whether `casegraph serve` still runs"));

// A form that goes out as it is: first it is seen whether the session still stands, so that nothing typed is lost with it.
const seen = new WeakSet<HTMLFormElement>();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented || !form.querySelector("input[name=csrf]")) return;
  if (seen.delete(form)) return;
  event.preventDefault();
  const go = (): void => { seen.add(form); form.requestSubmit(event.submitter); };
  void current().then(go, (error: unknown) => { if (form.matches(".who")) go(); else tell(error); });
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape" && inField(event.target)) (event.target as HTMLElement).blur();
  if (inField(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const on = event.target instanceof HTMLElement ? event.target : null;
  if (event.key === "Enter" && on?.matches("a, button, summary, input")) return;
  if (event.key === " " && on?.matches("button, summary, input")) return;
  const known = knownKeys().find((one) => one.key === event.key);
  if (known) { event.preventDefault(); known.run(event); }
});

onKey("/", "search", () => document.getElementById("find")?.focus());
keysShown();

tables(document);
document.addEventListener("htmx:load", (event) => { if (event.target instanceof Element) tables(event.target.parentElement ?? document); });

// A list marked data-walk is walked with j and k; Enter opens the first link of the line.
function walked(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-walk] > li, [data-walk] > tr")];
}
function step(by: number): void {
  const lines = walked();
  if (!lines.length) return;
  const at = lines.findIndex((line) => line.getAttribute("aria-current") === "true");
  const next = lines[Math.min(lines.length - 1, Math.max(0, at + by))];
  lines[at]?.removeAttribute("aria-current");
  next?.setAttribute("aria-current", "true");
  next?.scrollIntoView({ block: "nearest" });
  next?.dispatchEvent(new CustomEvent("casegraph:walked", { bubbles: true }));
}
if (document.querySelector("[data-walk]")) {
  onKey("j", "next", () => step(1));
  onKey("k", "previous", () => step(-1));
  onKey("Enter", "open at the place", (event) => {
    if (event.target instanceof HTMLAnchorElement || event.target instanceof HTMLButtonElement) { event.target.click(); return; }
    document.querySelector<HTMLAnchorElement>("[data-walk] > [aria-current=true] a[href]")?.click();
  });
}

// Panes resize by their grips and remember; with the keyboard too.
for (const panes of document.querySelectorAll<HTMLElement>(".panes")) {
  const grips = [...panes.querySelectorAll<HTMLElement>(":scope > .grip")];
  const names = ["--left", "--right"] as const;
  names.forEach((name, at) => {
    const kept = localStorage.getItem(`casegraph${name}`);
    if (kept) panes.style.setProperty(name, kept);
    const grip = grips[at];
    if (!grip) return;
    const pane = (at === 0 ? grip.previousElementSibling : grip.nextElementSibling) as HTMLElement;
    const set = (width: number): void => {
      const value = `${Math.round(Math.min(Math.max(width, 180), window.innerWidth * 0.6))}px`;
      panes.style.setProperty(name, value);
      localStorage.setItem(`casegraph${name}`, value);
    };
    grip.addEventListener("pointerdown", (event) => {
      grip.setPointerCapture(event.pointerId);
      const from = event.clientX, width = pane.offsetWidth, sign = at === 0 ? 1 : -1;
      const move = (now: PointerEvent): void => set(width + sign * (now.clientX - from));
      grip.addEventListener("pointermove", move);
      grip.addEventListener("pointerup", () => grip.removeEventListener("pointermove", move), { once: true });
    });
    grip.addEventListener("keydown", (event) => {
      const sign = at === 0 ? 1 : -1;
      if (event.key === "ArrowLeft") set(pane.offsetWidth - 20 * sign);
      if (event.key === "ArrowRight") set(pane.offsetWidth + 20 * sign);
    });
  });
}
