// The page of hits: the current one large beside the list, more hits as the end is seen, the list as a table.
import { make, onKey, say } from "./_page";

const list = document.getElementById("hits");
const evidence = document.getElementById("evidence");
const known = document.getElementById("known");

/** Have the box keep what is chosen, so that a query can be mended without choosing again. */
const box = document.querySelector<HTMLFormElement>("form.find");
for (const [name, value] of new URLSearchParams(location.search)) {
  if (box && (name === "f" || name === "meaning")) box.append(make("input", { type: "hidden", name, value }));
}

// --- the current hit, large ----------------------------------------------------------------------------------------

const kept = new Map<string, Document>();
let asking: AbortController | null = null;

async function show(line: HTMLElement): Promise<void> {
  const segment = line.dataset.segment;
  if (!segment || !evidence || !known) return;
  const address = `/search/preview?${new URLSearchParams({ segment, spans: cut(line.dataset.spans ?? "") })}`;
  asking?.abort();
  const mine = asking = new AbortController();
  try {
    const made = kept.get(address) ?? await fetched(address, mine.signal);
    kept.set(address, made);
    if (mine.signal.aborted) return;
    put(made, evidence, "evidence");
    put(made, known, "known");
    evidence.querySelector("mark")?.scrollIntoView({ block: "center" });
    history.replaceState(history.state, "", `#${encodeURIComponent(segment)}`); // so that coming back finds this hit
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) say("the evidence could not be shown; see whether the workbench still runs");
  }
}

async function fetched(address: string, signal?: AbortSignal): Promise<Document> {
  const answer = await fetch(address, { headers: { "hx-request": "true" }, signal, credentials: "same-origin" });
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  const problem = answer.ok ? null : made.querySelector(".problem");
  if (problem) say(problem.textContent?.trim() ?? "");
  if (!answer.ok) throw new DOMException("refused", "AbortError");
  return made;
}

function put(made: Document, place: HTMLElement, name: string): void {
  const part = made.querySelector(`[data-pane=${name}]`);
  if (!part) return;
  place.replaceChildren(...[...part.cloneNode(true).childNodes]);
  place.scrollTop = 0;
}

/** Keep whole spans only, as many as an address holds. */
function cut(spans: string): string {
  return spans.length <= 2000 ? spans : spans.slice(0, spans.lastIndexOf(",", 2000));
}

function choose(line: HTMLElement): void {
  for (const other of document.querySelectorAll("[data-walk] > [aria-current=true]")) other.removeAttribute("aria-current");
  line.setAttribute("aria-current", "true");
  void show(line);
}

document.addEventListener("casegraph:walked", (event) => {
  const line = event.target as HTMLElement;
  void show(line);
  if (!line.nextElementSibling?.nextElementSibling && line.parentElement === list) void further();
});
document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || event.target.closest("a, button")) return;
  const line = event.target.closest<HTMLElement>(".hits > li[data-segment]");
  if (line) choose(line);
});
const lines = [...(list?.querySelectorAll<HTMLElement>("li[data-segment]") ?? [])];
const first = lines.find((line) => `#${encodeURIComponent(line.dataset.segment ?? "")}` === location.hash) ?? lines[0];
if (first) { choose(first); first.scrollIntoView({ block: "nearest" }); }

// --- more hits -----------------------------------------------------------------------------------------------------

let fetching = false;
async function further(): Promise<void> {
  const more = document.getElementById("more") as HTMLAnchorElement | null;
  if (fetching || !more || !list) return;
  fetching = true;
  try {
    const made = await fetched(more.dataset.next ?? "");
    const held = new Set([...list.children].map((line) => (line as HTMLElement).dataset.segment));
    const lines = [...made.querySelectorAll<HTMLElement>("li[data-segment]")].filter((line) => !held.has(line.dataset.segment));
    list.append(...lines);
    const following = made.getElementById("following");
    if (following) { more.dataset.next = following.dataset.next; more.href = following.dataset.page ?? more.href; } else { seen.disconnect(); more.parentElement?.remove(); }
    say(`${list.childElementCount} hits shown`);
  } catch { /* said already; the link stays */ } finally { fetching = false; }
  const left = document.getElementById("more");
  if (left) { seen.unobserve(left); seen.observe(left); }
}
const seen = new IntersectionObserver((entries) => { if (entries.some((one) => one.isIntersecting)) void further(); }, { rootMargin: "300px" });
const end = document.getElementById("more");
if (end) {
  seen.observe(end);
  end.addEventListener("click", (event) => { event.preventDefault(); void further(); });
}

// --- as a table ----------------------------------------------------------------------------------------------------

async function copy(): Promise<void> {
  const lines = [...document.querySelectorAll<HTMLElement>("#hits > li[data-segment]")];
  const words = (line: HTMLElement, what: string): string => (line.querySelector(what)?.textContent ?? "").replace(/\s+/g, " ").trim();
  const rows = lines.map((line) => [line.dataset.segment ?? "", words(line, ".strip"), words(line, ".words")].join("\t"));
  try {
    await navigator.clipboard.writeText(["segment\tsource\twords", ...rows].join("\n"));
    say(`${rows.length} hits copied as a table; CSV has ${document.getElementById("csv")?.dataset.holds ?? "more"}`);
  } catch {
    say("this browser lets nothing be copied here; take the CSV");
  }
}
document.getElementById("copy")?.addEventListener("click", () => void copy());
onKey("t", "put this hit beside a finding", () => {
  const segment = document.querySelector<HTMLElement>("#hits > [aria-current=true]")?.dataset.segment;
  if (segment) window.location.assign(`/findings?${new URLSearchParams({ find: segment })}`);
});
onKey("y", "copy the hits as a table", () => void copy());
onKey("m", "near in meaning, on or off", () => document.getElementById("meaning-switch")?.click());
