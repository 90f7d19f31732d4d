// The ingest page: files are sent as soon as they are chosen; the ingest starts when all have come whole.
import { ask, make, say, tell } from "./_page";
import { begin, dropped, send, type Wanted } from "./_sending";

const form = document.getElementById("ingest") as HTMLFormElement;
const start = document.getElementById("start") as HTMLButtonElement;
const why = document.getElementById("why") as HTMLElement;
const list = document.getElementById("sent") as HTMLElement;
const picked = document.getElementById("picked");
const drop = document.getElementById("drop") as HTMLElement;

type Row = { one: Wanted; bar: HTMLProgressElement; state: HTMLElement; whole: boolean; failed: boolean; begun: boolean; stop: AbortController };
const rows = new Map<string, Row>();
let upload: Promise<string> | null = null;
let folder: { root: number; below: string } | null = null;
let busy = Promise.resolve();

function settle(): void {
  const waiting = [...rows.values()].filter((row) => !row.whole);
  const failed = waiting.filter((row) => row.failed).length;
  start.disabled = folder === null && (rows.size === 0 || waiting.length > 0);
  if (folder !== null) why.textContent = "";
  else if (!rows.size) why.textContent = "Choose something first.";
  else if (failed) why.textContent = `${failed} did not come whole: send them again or take them out.`;
  else if (waiting.length) why.textContent = `${rows.size - waiting.length} of ${rows.size} files have come.`;
  else why.textContent = `${rows.size} ${rows.size === 1 ? "file has" : "files have"} come.`;
}

function shown(size: number): string {
  return size < 1e6 ? `${Math.ceil(size / 1000).toLocaleString("en")} kB` : `${(size / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
}

function take(wanted: Wanted[]): void {
  pick(null);
  const body = list.querySelector("tbody") ?? (() => {
    const made = make("tbody");
    list.replaceChildren(make("table", { "aria-label": "Files to ingest" }, made));
    return made;
  })();
  for (const one of wanted) {
    if (rows.has(one.name)) continue;
    const bar = make("progress", { max: String(Math.max(one.file.size, 1)), value: "0", "aria-label": `How much of ${one.name} has come` });
    const state = make("td", {}, bar);
    const out = make("button", { type: "button", class: "link" }, "take out");
    const line = make("tr", {}, make("td", {}, one.name), make("td", { class: "number" }, shown(one.file.size)), state, make("td", {}, out));
    const row: Row = { one, bar, state, whole: false, failed: false, begun: false, stop: new AbortController() };
    rows.set(one.name, row);
    body.append(line);
    out.addEventListener("click", () => { void takeOut(row, line); });
    queue(row);
  }
  settle();
}

function queue(row: Row): void {
  busy = busy.then(() => sendOne(row));
}

async function sendOne(row: Row): Promise<void> {
  if (row.stop.signal.aborted) return;
  try {
    upload ??= begin().then((made) => made.id, (error: unknown) => { upload = null; throw error; });
    const here = await upload, again = row.begun;
    row.begun = true;
    await send(here, row.one, row.stop.signal, (received) => { row.bar.value = received; }, again);
    row.whole = true;
    row.state.replaceChildren("✓ here");
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    row.failed = true;
    const again = make("button", { type: "button", class: "link" }, "send again");
    again.addEventListener("click", () => { row.failed = false; row.state.replaceChildren(row.bar); queue(row); settle(); });
    row.state.replaceChildren(error instanceof Error ? `${error.message} ` : "it did not come ", again);
    tell(error);
  }
  settle();
}

async function takeOut(row: Row, line: HTMLElement): Promise<void> {
  row.stop.abort();
  rows.delete(row.one.name);
  line.remove();
  settle();
  if (upload) await ask(`/api/uploads/${await upload}?${new URLSearchParams({ name: row.one.name })}`, { method: "DELETE" }).catch(tell);
}

function pick(chosen: { root: number; below: string; shown: string } | null): void {
  folder = chosen;
  if (!picked) return;
  picked.hidden = chosen === null;
  picked.querySelector("b")!.textContent = chosen?.shown ?? "";
  if (chosen) giveUp();
  settle();
}

/** Give up what was chosen before: nothing of it is sent any more, and what was sent goes. */
function giveUp(): void {
  for (const row of rows.values()) row.stop.abort();
  rows.clear();
  list.replaceChildren();
  busy = busy.then(async () => {
    const sent = await upload;
    upload = null;
    if (sent) await ask(`/api/uploads/${sent}`, { method: "DELETE" });
  }).catch(tell);
}

for (const id of ["files", "folder"]) {
  const input = document.getElementById(id) as HTMLInputElement;
  input.addEventListener("change", () => {
    take([...input.files ?? []].map((file) => ({ name: file.webkitRelativePath || file.name, file })));
    input.value = "";
  });
}
drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (event.dataTransfer) dropped(event.dataTransfer.items).then(({ files, lost }) => {
    if (files.length) take(files);
    if (lost.length) say(`${lost.length} could not be opened and did not come: ${lost.slice(0, 3).join(", ")}${lost.length > 3 ? " …" : ""}.`);
    else if (!files.length) say("No file was in what was dropped.");
  }).catch(tell);
});
// beside the box nothing is taken, and the page is not left for the file
for (const name of ["dragover", "drop"] as const) {
  document.addEventListener(name, (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
    if (name === "drop") say("Drop it on the box “Drop files here”.");
  });
}

document.addEventListener("click", (event) => {
  const pressed = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("button") : null;
  if (!pressed) return;
  if (pressed.dataset.root !== undefined) {
    const below = pressed.dataset.below ?? "";
    const top = document.querySelectorAll("#server .plain-list button")[Number(pressed.dataset.root)]?.textContent ?? "";
    pick({ root: Number(pressed.dataset.root), below, shown: below ? `${top}/${below}` : top });
  }
  if (pressed.closest("#picked")) pick(null);
  if (pressed.dataset.stop) ask(`/api/ingest/${pressed.dataset.stop}/stop`, { method: "POST" }).then(() => say("It is told to stop."), tell);
  if (pressed.dataset.again) ask(`/api/ingest/${pressed.dataset.again}/again`, { method: "POST" }).then(begun, tell);
  if (pressed.dataset.drop) ask(`/api/uploads/${pressed.dataset.drop}`, { method: "DELETE" }).then(() => say("What was sent is gone; what was received stays."), tell);
});

function begun(): void {
  say("The ingest has started.");
  document.body.dispatchEvent(new CustomEvent("casegraph:started"));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void (async () => {
    start.disabled = true;
    const said = new FormData(form);
    const what = folder ? { root: folder.root, below: folder.below } : { upload: await upload };
    try {
      await ask("/api/ingest", { json: { ...what, authority: said.get("authority"), custodian: said.get("custodian"), languages: said.get("languages") } });
      rows.clear();
      list.replaceChildren();
      upload = null;
      pick(null);
      begun();
    } catch (error) { tell(error); }
    settle();
  })();
});
window.addEventListener("beforeunload", (event) => { if ([...rows.values()].some((row) => !row.whole && !row.failed)) event.preventDefault(); });
