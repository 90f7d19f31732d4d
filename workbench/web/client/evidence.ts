// An evidence page: opened at its place, pages that zoom and turn, words and their boxes, tables to copy.
import { onKey, say } from "./_page";
import { copyTables } from "./_pages_copy";
import { sheets } from "./_pages_sheet";

const place = document.querySelector<HTMLElement>(".middle mark, .middle .on, .middle tr.on");
place?.scrollIntoView({ block: "center" });
document.querySelector<HTMLElement>(".left [aria-current=true]")?.scrollIntoView({ block: "nearest" });
sheets();
copyTables(say);
const segment = document.querySelector<HTMLElement>(".panes.evidence")?.dataset.segment;
if (segment) onKey("t", "put this passage beside a finding", () => window.location.assign(`/findings?${new URLSearchParams({ find: segment })}`));
