// An evidence page: opened at its place, pages that zoom and turn, words and their boxes, readings to walk and to judge.
import { Judging } from "./_judging";
import { onKey } from "./_page";
import { sheets } from "./_pages_sheet";
import { readings } from "./_readings";

const place = document.querySelector<HTMLElement>(".middle mark, .middle .on, .middle tr.on");
place?.scrollIntoView({ block: "center" });
document.querySelector<HTMLElement>(".left [aria-current=true]")?.scrollIntoView({ block: "nearest" });
sheets();
const named = readings(), bar = document.getElementById("judge");
if (bar) new Judging(bar, named);
const opened = document.querySelector<HTMLElement>(".panes.evidence")?.dataset.segment;
if (opened || named) onKey("t", "put this passage beside a finding", () => {
  const segment = named?.chosen?.segment ?? opened;
  if (segment) window.location.assign(`/findings?${new URLSearchParams({ find: segment })}`);
});
