// Tables marked data-list: the rows that are shown, sorted by a click on a head, and copied for a spreadsheet or a report.
// The value names the table on its page, so that it stays sorted when its rows come again. data-sorted="server": its heads are
// links of the server, which sorts all there is. A cell may say in data-sort what it is sorted by, such as a size in bytes.
import { make, say } from "./_page";

type Order = { column: number; down: boolean };
const orders = new Map<string, Order>();
const arrived = new WeakMap<HTMLTableRowElement, number>();
let arrivals = 0;

/** Prepare the tables below an element; those that are prepared stay as they are. */
export function tables(below: ParentNode): void {
  for (const table of below.querySelectorAll<HTMLTableElement>("table[data-list]:not([data-ready])")) prepare(table);
}

function prepare(table: HTMLTableElement): void {
  table.dataset.ready = "";
  const copies = copied(table);
  (table.closest(".scroll, .table-of") ?? table).after(copies);
  if (table.dataset.sorted !== "server") heads(table);
  const body = table.tBodies[0];
  if (!body) return;
  const watch = new MutationObserver(() => stand());
  const stand = (): void => {
    copies.hidden = !body.rows.length;
    for (const row of body.rows) if (!arrived.has(row)) arrived.set(row, arrivals++);
    if (table.dataset.sorted !== "server") sorted(table, body);
    watch.takeRecords(); // what was moved here is no news
  };
  table.addEventListener("casegraph:sort", stand);
  watch.observe(body, { childList: true });
  stand();
}

// --- sorting -----------------------------------------------------------------------------------------------------------

function heads(table: HTMLTableElement): void {
  [...(table.tHead?.rows[0]?.cells ?? [])].forEach((head, column) => {
    const words = clean(head);
    if (!words || head.querySelector("a, .unseen")) return;
    const button = make("button", { type: "button", class: "sort", title: "Sort these rows" });
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      const order = next(table, column);
      if (order) orders.set(named(table), order); else orders.delete(named(table));
      table.dispatchEvent(new CustomEvent("casegraph:sort"));
      const many = `${table.tBodies[0]?.rows.length ?? 0} rows`;
      say(order ? `these ${many} by ${words}, ${order.down ? "descending" : "ascending"}` : `these ${many} as they came`);
    });
    head.append(button);
  });
}

function named(table: HTMLTableElement): string {
  return table.dataset.list ?? "";
}

/** First the way that is looked for (numbers: the most), then the other, then as they came. */
function next(table: HTMLTableElement, column: number): Order | undefined {
  const now = orders.get(named(table));
  const first = table.tHead?.rows[0]?.cells[column]?.classList.contains("number") ?? false;
  if (now?.column !== column) return { column, down: first };
  return now.down === first ? { column, down: !first } : undefined;
}

function sorted(table: HTMLTableElement, body: HTMLTableSectionElement): void {
  const order = orders.get(named(table));
  [...(table.tHead?.rows[0]?.cells ?? [])].forEach((head, column) => {
    if (order?.column === column) head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
  const rows = [...body.rows];
  const compare = order ? by(rows, order) : (): number => 0;
  const as = [...rows].sort((a, b) => compare(a, b) || (arrived.get(a) ?? 0) - (arrived.get(b) ?? 0));
  if (as.some((row, at) => row !== rows[at])) body.append(...as);
}

/** Numbers as numbers where all are, else as people sort words; what is empty comes last either way. */
function by(rows: HTMLTableRowElement[], { column, down }: Order): (a: HTMLTableRowElement, b: HTMLTableRowElement) => number {
  const keys = new Map(rows.map((row) => [row, key(row.cells[column])]));
  const numbers = [...keys.values()].every((text) => text === "" || /^-?[\d,]+(\.\d+)?$/.test(text));
  const words = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" });
  const number = (text: string): number => Number(text.replaceAll(",", ""));
  return (a, b) => {
    const left = keys.get(a) ?? "", right = keys.get(b) ?? "";
    if (!left || !right) return Number(!left) - Number(!right);
    const way = numbers ? number(left) - number(right) : words.compare(left, right);
    return down ? -way : way;
  };
}

function key(cell: HTMLTableCellElement | undefined): string {
  const text = cell ? cell.dataset.sort ?? clean(cell) : "";
  return text === "–" || text === "-" ? "" : text;
}

function clean(cell: HTMLElement): string {
  return (cell.textContent ?? "").replace(/\s+/g, " ").trim();
}

// --- copying -----------------------------------------------------------------------------------------------------------

function copied(table: HTMLTableElement): HTMLElement {
  const button = (word: string, as: (rows: string[][]) => string): HTMLButtonElement => {
    const made = make("button", { class: "link", type: "button" }, word);
    made.addEventListener("click", () => {
      const rows = cells(table);
      navigator.clipboard.writeText(as(rows)).then(
        () => say(`${rows.length - 1} lines copied: paste them into a spreadsheet or a report`),
        () => say("the browser does not let this page copy; select the table and copy it"),
      );
    });
    return made;
  };
  return make("p", { class: "copies hint" }, "Copy these rows ", button("as a table", tabs), " or ", button("as CSV", csv));
}

function cells(table: HTMLTableElement): string[][] {
  return [...table.rows].map((row) => [...row.cells].map((cell) => inert((cell.innerText ?? "").replace(/\s+/g, " ").trim())));
}

/** What a spreadsheet would run as a formula is kept from it by an apostrophe (CWE-1236). */
function inert(text: string): string {
  return /^[=+\-@]/.test(text) ? `'${text}` : text;
}

function tabs(rows: string[][]): string {
  return rows.map((row) => row.join("\t")).join("\n");
}

/** As RFC 4180 has it. */
function csv(rows: string[][]): string {
  const field = (text: string): string => (/[",]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  return rows.map((row) => row.map(field).join(",")).join("\r\n");
}
