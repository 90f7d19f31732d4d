// The filters: what the form says, and the form as the address says it.
import { words, type Family, type Sieve } from "./_graph_state";

const form = (): HTMLFormElement => document.getElementById("sieve") as HTMLFormElement;
const boxes = (name: string): HTMLInputElement[] => [...form().querySelectorAll<HTMLInputElement>(`input[name=${name}]`)];
const field = (name: string): HTMLInputElement => form().elements.namedItem(name) as HTMLInputElement;

export function sieveOfForm(): Sieve {
  const off = (name: string): string[] => boxes(name).filter((box) => !box.checked).map((box) => box.value);
  return {
    families: boxes("family").filter((box) => box.checked).map((box) => box.value as Family),
    without_edges: off("edge"), without_things: off("thing"), since: field("since").value, until: field("until").value, verified: field("verified").checked,
  };
}

export function fillForm(sieve: Sieve): void {
  for (const box of boxes("family")) box.checked = sieve.families.includes(box.value as Family);
  for (const box of boxes("edge")) box.checked = !sieve.without_edges.includes(box.value);
  for (const box of boxes("thing")) box.checked = !sieve.without_things.includes(box.value);
  field("since").value = sieve.since.slice(0, 10);
  field("until").value = sieve.until.slice(0, 10);
  field("verified").checked = sieve.verified;
  tellFilters(sieve);
}

/** Say beside the closed filters what they leave out. */
export function tellFilters(sieve: Sieve): void {
  const told: string[] = [];
  if (!sieve.families.includes("communication")) told.push("no contact");
  if (!sieve.families.includes("stated")) told.push("nothing stated");
  if (sieve.families.includes("co_mention")) told.push("named together too");
  const without = [...sieve.without_edges, ...sieve.without_things];
  if (without.length) told.push(`without ${without.slice(0, 3).map(words).join(", ")}${without.length > 3 ? ` and ${without.length - 3} more` : ""}`);
  if (sieve.since) told.push(`from ${sieve.since}`);
  if (sieve.until) told.push(`before ${sieve.until}`);
  if (sieve.verified) told.push("confirmed only");
  const place = document.getElementById("filters-said");
  if (place) place.textContent = told.length ? `· ${told.join("; ")}` : "";
}

export function onFilters(changed: () => void): void {
  form().addEventListener("change", changed);
  form().addEventListener("submit", (event) => event.preventDefault());
  form().addEventListener("reset", () => window.setTimeout(changed));
}
