// The list of entities, the page of one, and two side by side: keys, and copying the list.
import { onKey, say } from "./_page";

function follow(id: string): void {
  document.querySelector<HTMLAnchorElement>(`#${id}`)?.click();
}

function cells(): string[][] {
  const table = document.querySelector<HTMLTableElement>("#entities");
  return [...(table?.rows ?? [])].map((row) => [...row.cells].map((cell) => (cell.textContent ?? "").replace(/\s+/g, " ").trim()));
}

/** As RFC 4180 has it; what a spreadsheet would run as a formula is kept from it by an apostrophe. */
export function csv(rows: string[][]): string {
  const field = (text: string): string => {
    const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(inert) ? `"${inert.replace(/"/g, '""')}"` : inert;
  };
  return rows.map((row) => row.map(field).join(",")).join("\r\n");
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
  button.addEventListener("click", () => {
    const rows = cells();
    const text = button.dataset.copy === "csv" ? csv(rows) : rows.map((row) => row.join("\t")).join("\n");
    navigator.clipboard.writeText(text).then(
      () => say(`${rows.length - 1} lines copied`),
      () => say("the browser does not let this page copy; select the table and copy it"),
    );
  });
}

if (document.querySelector("#entities")) {
  onKey("f", "filter this list", () => document.getElementById("q")?.focus());
  onKey("]", "next page of the list", () => follow("page-after"));
  onKey("[", "previous page of the list", () => follow("page-before"));
}

if (document.querySelector(".panes.entity")) {
  onKey("s", "the first candidate for “the same?”, side by side", () => {
    const first = document.querySelector<HTMLAnchorElement>("#candidates .same-link");
    if (first) first.click();
    else say("no other name is offered");
  });
  onKey("g", "graph from here", () => follow("to-graph"));
  onKey("l", "timeline of it", () => follow("to-timeline"));
  onKey("p", "print it", () => follow("to-print"));
  onKey("u", "undo: withdraw what was just recorded", () => {
    const place = document.querySelector<HTMLDetailsElement>("#done .withdraw, .verdict .withdraw");
    if (!place) { say("nothing here can be withdrawn by you"); return; }
    place.open = true;
    place.querySelector<HTMLInputElement>("input[name=reason]")?.focus();
  });
}

const form = document.querySelector<HTMLFormElement>("#verdict-form");
if (form) {
  const choose = (verdict: string): void => {
    const radio = document.getElementById(`v-${verdict}`) as HTMLInputElement;
    radio.checked = true;
    document.getElementById("reason")?.focus();
  };
  onKey("s", "the same", () => choose("same"));
  onKey("d", "different", () => choose("different"));
  onKey("n", "cannot tell", () => choose("undecided"));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

document.getElementById("print")?.addEventListener("click", () => window.print());
