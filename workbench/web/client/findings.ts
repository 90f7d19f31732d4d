// Findings: what is written goes to the API and the page shows it; segments are picked by id or by search.
import { ask, make, say, tell } from "./_page";
import { stripOf, type Strip } from "./_strip";

interface Picked { understood: string; total: number; hits: { segment: string; snippet: string; strip: Strip }[] }

function fields(form: HTMLFormElement): Record<string, string> {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset.post) { event.preventDefault(); void write(form, form.dataset.post); }
  if (form.dataset.pick) { event.preventDefault(); void pick(form); }
});

async function write(form: HTMLFormElement, address: string): Promise<void> {
  const button = form.querySelector("button:not([type=button])") as HTMLButtonElement;
  button.disabled = true;
  try {
    const answer = await ask<{ done: string; finding?: string }>(address, { json: fields(form) });
    sessionStorage.setItem("casegraph-said", `${answer.done}.`);
    const home = address.endsWith("/withdraw") && address.startsWith("/api/findings/") ? "/findings" : window.location.pathname;
    window.location.assign(answer.finding && home === "/findings" && !address.endsWith("/withdraw") ? `/findings#${answer.finding}` : home);
    if (window.location.hash) window.location.reload();
  } catch (error) { tell(error); button.disabled = false; }
}

async function pick(form: HTMLFormElement): Promise<void> {
  const q = fields(form).q ?? "", rest = form.nextElementSibling as HTMLFormElement, list = rest.querySelector(".picks") as HTMLElement;
  try {
    const found = await ask<Picked>(`/api/findings/segments?q=${encodeURIComponent(q)}`);
    list.replaceChildren(...found.hits.map((hit) => {
      const take = make("button", { class: "plain", type: "button", "aria-label": `Take ${hit.segment}` }, "Take");
      take.addEventListener("click", () => {
        (rest.elements.namedItem("segment") as HTMLInputElement).value = hit.segment;
        (rest.elements.namedItem("reason") as HTMLInputElement).focus();
      });
      return make("li", {}, make("div", {}, stripOf(hit.strip), make("div", {}, hit.snippet)), take);
    }));
    if (!found.hits.length) list.append(make("li", { class: "empty" }, `Nothing found (${found.understood}). Try fewer words.`));
    else if (found.total > found.hits.length) list.append(make("li", { class: "quiet" }, `The first ${found.hits.length} of ${found.total}: ${found.understood}`));
  } catch (error) { tell(error); }
}

const told = sessionStorage.getItem("casegraph-said");
if (told) { sessionStorage.removeItem("casegraph-said"); say(told); }
