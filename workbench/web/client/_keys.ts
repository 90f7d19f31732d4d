// The keys of a page, shown in a dialog: `?`, or the button in the bar.
import { knownKeys, make, onKey } from "./_page";

const NAMED: Record<string, string> = {
  " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc",
};
const EVERYWHERE = new Set(["/", "?"]);

function named(key: string): (string | Node)[] {
  if (key.length === 1 && key !== key.toLowerCase()) return [make("kbd", {}, "Shift"), " ", make("kbd", {}, key.toLowerCase())];
  return [make("kbd", {}, NAMED[key] ?? key)];
}

function listed(keys: readonly { key: string; does: string }[]): HTMLElement {
  return make("dl", {}, ...keys.flatMap((one) => [make("dt", {}, ...named(one.key)), make("dd", {}, one.does)]));
}

function show(): void {
  const dialog = document.getElementById("keys") as HTMLDialogElement | null;
  const lists = document.getElementById("keys-lists");
  if (!dialog || !lists || dialog.open) return;
  const here = knownKeys().filter((one) => !EVERYWHERE.has(one.key));
  const everywhere = knownKeys().filter((one) => EVERYWHERE.has(one.key) && (one.key !== "/" || document.getElementById("find")));
  lists.replaceChildren(
    ...(here.length ? [make("h3", {}, "On this page"), listed(here)] : []),
    make("h3", {}, "On every page"),
    listed([...everywhere, { key: "Escape", does: "leave a field; close what is open" }]),
  );
  dialog.showModal(); // the browser gives the focus back to where it was when this closes
  dialog.querySelector<HTMLElement>("h2")?.focus();
}

/** Have `?` and the button in the bar show the keys; `?` again, Escape, Close or a click beside it closes them. */
export function keysShown(): void {
  onKey("?", "show these keys", show);
  document.getElementById("keys-open")?.addEventListener("click", show);
  const dialog = document.getElementById("keys") as HTMLDialogElement | null;
  dialog?.addEventListener("keydown", (event) => {
    if (event.key === "?") { event.preventDefault(); dialog.close(); }
  });
  dialog?.addEventListener("click", (event) => {
    if (event.target === dialog || (event.target instanceof Element && event.target.closest("[data-close]"))) dialog.close();
  });
}
