// The export page: what was chosen goes to a preview or to the making of the summary.
import { ask, say, tell } from "./_page";

const form = document.getElementById("export") as HTMLFormElement;

function wanted(): { findings: string[]; analyses: string[]; recipient: string; reason: string } | null {
  const said = new FormData(form);
  const findings = said.getAll("finding").map(String);
  if (!findings.length && form.querySelector("[name=finding]")) { say("Choose at least one finding."); return null; }
  return { findings, analyses: said.getAll("analysis").map(String), recipient: String(said.get("recipient")), reason: String(said.get("reason")) };
}

async function begin(address: string, words: string): Promise<void> {
  const json = wanted();
  if (!json) return;
  try {
    await ask(address, { json });
    say(words);
    document.body.dispatchEvent(new CustomEvent("casegraph:started"));
  } catch (error) { tell(error); }
}

document.getElementById("preview")?.addEventListener("click", () => void begin("/api/previews", "The preview is being set."));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  for (const name of ["recipient", "reason"]) {
    const field = form.elements.namedItem(name) as HTMLInputElement;
    if (!field.value.trim()) { say("Say for whom it is, and why."); field.focus(); return; }
  }
  void begin("/api/exports", "The summary is being made.");
});
