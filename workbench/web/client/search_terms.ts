// A list of terms: read from a file into its field.
import { say } from "./_page";

const field = document.getElementById("terms") as HTMLTextAreaElement | null;
const file = document.getElementById("file") as HTMLInputElement | null;
file?.addEventListener("change", () => void read());

async function read(): Promise<void> {
  const chosen = file?.files?.[0];
  if (!chosen || !field) return;
  if (chosen.size > 1_000_000) { say("this list is too long: at most a million characters"); return; }
  try {
    field.value = new TextDecoder("utf-8", { fatal: true }).decode(await chosen.arrayBuffer());
    say(`${field.value.split(/\r?\n/).filter((line) => line.trim()).length} lines taken from ${chosen.name}`);
    field.focus();
  } catch {
    say(`${chosen.name} is no text in UTF-8; save it as that, or paste the list`);
  }
}
