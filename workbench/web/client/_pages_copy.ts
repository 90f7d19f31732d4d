// Tables marked data-copy can be copied as a table (tabs), for a spreadsheet or a report.
import { make } from "./_page";

export function copyTables(say: (words: string) => void): void {
  for (const table of document.querySelectorAll<HTMLTableElement>("table[data-copy]")) {
    const button = make("button", { class: "plain", type: "button" }, "Copy as a table");
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(asText(table)).then(
        () => say("copied: paste it into a spreadsheet or a report"),
        () => say("the browser does not let this page copy"),
      );
    });
    (table.closest(".table-of") ?? table).after(make("p", {}, button));
  }
}

function asText(table: HTMLTableElement): string {
  return [...table.rows]
    .map((row) => [...row.cells].map((cell) => (cell.innerText ?? "").replace(/\s+/g, " ").trim()).join("\t"))
    .join("\n");
}
