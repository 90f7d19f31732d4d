// Pictures stay hidden until they are asked for; `b` blurs them and `g` takes the colour out, on every page until it is undone.
import { make, onKey, say } from "./_page";
import { wish, wished } from "./_pages_wishes";

function lay(): void {
  for (const name of ["blur", "grey"] as const) document.documentElement.classList.toggle(`veil-${name}`, wished(name));
}

function turn(name: "blur" | "grey", words: string): void {
  wish(name, !wished(name));
  lay();
  say(`Pictures are ${wished(name) ? "" : "no longer "}${words}.`);
}

/** Have `b` and `g` work on whatever carries the class `asked`, and buttons of the class `reveal` show what they name. */
export function veiled(): void {
  lay();
  onKey("b", "blur pictures, or not", () => turn("blur", "blurred"));
  onKey("g", "pictures in grey, or in colour", () => turn("grey", "grey"));
  document.addEventListener("click", (event) => {
    const button = event.target instanceof HTMLElement ? event.target.closest<HTMLButtonElement>("button.reveal") : null;
    if (button) reveal(button);
  });
}

function reveal(button: HTMLButtonElement): void {
  const there = button.nextElementSibling;
  const opened = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!opened));
  button.textContent = (button.textContent ?? "").replace(opened ? "Hide" : "Show", opened ? "Show" : "Hide");
  if (opened) { there?.remove(); return; }
  const image = make("img", { class: "asked thumb", alt: `Exhibit ${button.dataset.name ?? ""}, small`, src: button.dataset.picture ?? "" });
  image.addEventListener("error", () => image.replaceWith(make("p", { class: "hint" }, "It cannot be shown: open the exhibit for the reason.")));
  button.after(image);
}
