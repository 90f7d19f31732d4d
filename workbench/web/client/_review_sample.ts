// A random sample of the case's readings: drawn on record from the review, and what people found in the last one so far.
import { ask, make, say, tell } from "./_page";

interface Stratum { source: string; drawn: number; right: number; wrong: number; attributed: number; waiting: number; error: number; low: number; high: number }
interface Sample { seq: number; drawn_at: string; drawn_by: string; reason: string; n: number; seed: number; sealed: number; waiting: number; strata: Stratum[] }

const WORDS: Record<string, string> = { ocr: "print", speech: "speech", native: "stored text", human: "text added by hand" };
const many = (count: number): string => count.toLocaleString("en-GB");

function percent(part: Stratum): string {
  const rate = (value: number): string => (value / 100).toFixed(1);
  return part.error < 0 ? "" : `, ${rate(part.error)} % wrong${part.low >= 0 ? ` (95 %: ${rate(part.low)} to ${rate(part.high)})` : ""}`;
}

/** Show the last sample on record, and have another drawn; `go` is called when one was. */
export function sampling(go: () => void): void {
  const form = document.getElementById("draw-sample") as HTMLFormElement | null, told = document.getElementById("sampled");
  if (!form || !told) return;
  let last: Sample | undefined;

  const shown = (samples: Sample[]): void => {
    last = samples[0];
    (form.querySelector("button") as HTMLButtonElement).textContent = last ? "Draw another beside it" : "Draw it";
    if (!last) { told.replaceChildren(make("p", { class: "hint" }, "No sample was drawn yet.")); return; }
    told.replaceChildren(
      make("p", { class: "honest" }, `${many(last.n)} asked for, drawn ${last.drawn_at.slice(0, 10)} by ${last.drawn_by}, seed ${last.seed}, line ${last.seq}${last.reason ? `: ${last.reason}` : ""}. `
        + `${many(last.waiting)} wait${last.sealed ? `; ${many(last.sealed)} lie in what is sealed` : ""}.${last.waiting ? " Until all are judged the error is provisional." : ""}`),
      make("ul", { class: "honest" }, ...last.strata.map((part) => make("li", {}, `${WORDS[part.source] ?? part.source}: ${many(part.right + part.wrong)} of ${many(part.drawn)} judged${percent(part)}`))));
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form), button = form.querySelector("button") as HTMLButtonElement;
    button.disabled = true;
    ask<{ samples: Sample[] }>("/api/samples", { json: { n: Number(given.get("n")), reason: String(given.get("why")), another: Boolean(last) } })
      .then((answer) => { shown(answer.samples); form.reset(); say(`Drawn, on ledger line ${answer.samples[0]?.seq}. The queue shows it.`); go(); })
      .catch(tell)
      .finally(() => { button.disabled = false; });
  });
  document.getElementById("sampling")?.addEventListener("toggle", (event) => {
    if ((event.target as HTMLDetailsElement).open) ask<{ samples: Sample[] }>("/api/samples").then((answer) => shown(answer.samples)).catch(tell);
  });
}
