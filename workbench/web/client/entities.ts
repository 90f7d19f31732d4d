// The list of entities, the page of one, and two side by side: their keys.
import { onKey, say } from "./_page";

function follow(id: string): void {
  document.querySelector<HTMLAnchorElement>(`#${id}`)?.click();
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
