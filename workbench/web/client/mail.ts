// A message in its thread: `q` unfolds what it quotes; its HTML is shown in a frame that can do nothing, when it is asked for.
import { make, onKey } from "./_page";
import { veiled } from "./_veil";

veiled();
document.querySelector(".letter mark, .letter .passage.on, .letter details.quoted[open], .header-hit")?.scrollIntoView({ block: "center" });

onKey("q", "unfold what is quoted, or fold it", () => {
  const quoted = [...document.querySelectorAll<HTMLDetailsElement>("details.quoted")];
  const open = quoted.some((one) => !one.open);
  for (const one of quoted) one.open = open;
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof HTMLElement ? event.target.closest<HTMLButtonElement>("button.as-text, button.as-html") : null;
  const letter = button?.closest<HTMLElement>(".letter");
  if (!button || !letter) return;
  const html = button.matches(".as-html");
  const frame = letter.querySelector<HTMLElement>(".frame"), text = letter.querySelector<HTMLElement>(".letter-text");
  letter.querySelector(".as-text")?.setAttribute("aria-pressed", String(!html));
  letter.querySelector(".as-html")?.setAttribute("aria-pressed", String(html));
  letter.querySelector<HTMLElement>(".as-html-hint")?.toggleAttribute("hidden", !html);
  if (html && frame && !frame.firstElementChild) {
    frame.append(make("iframe", { sandbox: "", referrerpolicy: "no-referrer", title: "The message's HTML, made inert", src: button.dataset.letter ?? "" }));
  }
  frame?.toggleAttribute("hidden", !html);
  text?.toggleAttribute("hidden", html);
});

// What is folded out of the thread folds away again.
document.addEventListener("htmx:afterSwap", (event) => {
  const slot = event.target instanceof HTMLElement && event.target.matches(".slot") ? event.target : null;
  const button = slot?.closest("li")?.querySelector<HTMLButtonElement>("button.unfold");
  if (slot && button) button.hidden = true;
});
