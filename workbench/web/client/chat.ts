// A conversation: opens at the message that was asked for; more above and below as one reads on; of one sender where asked.
import { make, onKey, say } from "./_page";
import { veiled } from "./_veil";

const chat = document.querySelector<HTMLElement>("#chat");
const list = document.querySelector<HTMLElement>("#messages");
veiled();
if (chat && list) open(chat, list);

function open(chat: HTMLElement, list: HTMLElement): void {
  const pane = chat.closest<HTMLElement>(".pane") ?? document.documentElement;
  let party = "";
  const hit = document.querySelector("#messages .hit");
  (hit?.querySelector("mark") ?? hit)?.scrollIntoView({ block: "center" });

  const fetched = async (asked: Record<string, string>): Promise<DocumentFragment> => {
    const address = new URLSearchParams({ unit: chat.dataset.unit ?? "1", party, ...asked });
    const answer = await fetch(`/media/messages/${chat.dataset.number ?? ""}?${address}`, { headers: { "hx-request": "true" }, credentials: "same-origin" });
    const text = await answer.text();
    const held = document.createElement("template");
    held.innerHTML = text;
    if (!answer.ok) throw new Error([...held.content.querySelectorAll("p")].map((line) => line.textContent?.trim()).join(" ") || `the workbench answered ${answer.status}`);
    return held.content;
  };
  const refused = (error: unknown): void => say(error instanceof Error && error.message ? error.message : "the workbench does not answer");

  const more = async (button: HTMLButtonElement): Promise<void> => {
    if (button.disabled) return;
    button.disabled = true;
    const { before, after } = button.dataset, line = button.closest("p");
    try {
      if (before) {
        const held = await fetched({ before });
        // a message stays where it is; the day's heading above it may go
        const anchor = list.querySelector<HTMLElement>("article.line"), heading = line?.nextElementSibling, from = anchor?.getBoundingClientRect().top ?? 0;
        line?.replaceWith(held);
        if (heading instanceof HTMLElement) sameDay(heading);
        if (anchor) pane.scrollTop += anchor.getBoundingClientRect().top - from;
      } else if (after) {
        const last = [...list.querySelectorAll<HTMLElement>("article[data-day]")].pop();
        line?.replaceWith(await fetched({ after, day: last?.dataset.day ?? "" }));
      }
      watch();
    } catch (error) { button.disabled = false; refused(error); }
  };

  // What is scrolled to loads by itself; the buttons stay for the keyboard.
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const button = entry.isIntersecting && pane.scrollHeight > pane.clientHeight ? entry.target.querySelector("button") : null;
      if (button) void more(button);
    }
  }, { root: pane === document.documentElement ? null : pane, rootMargin: "100px" });
  const watch = (): void => { seen.disconnect(); for (const line of list.querySelectorAll("p.more")) seen.observe(line); };
  window.setTimeout(watch, 300);

  list.addEventListener("click", (event) => {
    if (!(event.target instanceof HTMLElement)) return;
    const button = event.target.closest<HTMLButtonElement>("p.more button");
    if (button) void more(button);
    const answers = event.target.closest<HTMLAnchorElement>("a.answers");
    const there = answers ? document.getElementById(answers.dataset.to ?? "") : null;
    if (there) { event.preventDefault(); light(there); }
  });
  const light = (line: HTMLElement): void => {
    list.querySelector(".seek")?.classList.remove("seek");
    line.classList.add("seek");
    line.scrollIntoView({ block: "center" });
  };

  document.querySelector<HTMLSelectElement>("#conversation")?.addEventListener("change", (event) => location.assign((event.target as HTMLSelectElement).value));
  document.querySelector<HTMLSelectElement>("#party")?.addEventListener("change", async (event) => {
    party = (event.target as HTMLSelectElement).value;
    const at = chat.dataset.at?.split(".").pop() ?? "";
    try {
      list.replaceChildren(await fetched(at && !party ? { at } : {}));
      const hit = chat.dataset.at ? document.getElementById(chat.dataset.at) : null;
      if (hit) { hit.classList.add("hit"); hit.scrollIntoView({ block: "center" }); }
      watch();
    } catch (error) { refused(error); }
  });
  const go = async (asked: Record<string, string>, last = false): Promise<void> => {
    try {
      list.replaceChildren(await fetched(asked));
      const lines = [...list.querySelectorAll<HTMLElement>("article.line")], there = last ? lines.pop() : lines[0];
      if (there) {
        light(there);
        history.replaceState(null, "", `/evidence/${chat.dataset.number ?? ""}?${new URLSearchParams({ at: there.id })}`);
        say(`${last ? "The last message" : "Messages from here on"}: ${there.dataset.day || "no day stated"}.`);
      }
      watch();
    } catch (error) { refused(error); }
  };
  document.querySelector<HTMLFormElement>("#to-day")?.addEventListener("submit", (event) => {
    event.preventDefault();
    void go({ on: document.querySelector<HTMLInputElement>("#day")?.value ?? "" });
  });
  for (const end of document.querySelectorAll<HTMLElement>("#to-day [data-end]")) {
    end.addEventListener("click", () => void (end.dataset.end === "last" ? go({ before: "2000000000" }, true) : go({})));
  }
  const walk = (by: 1 | -1): void => {
    const lines = [...list.querySelectorAll<HTMLElement>("article.line")];
    const at = lines.findIndex((line) => line.matches(".seek")), from = at >= 0 ? at : lines.findIndex((line) => line.matches(".hit"));
    const next = lines[Math.min(lines.length - 1, Math.max(0, from + by))];
    if (next) light(next);
  };
  onKey("n", "next message", () => walk(1));
  onKey("p", "previous message", () => walk(-1));
}

/** Take away a day's heading that the messages put in above it already have. */
function sameDay(anchor: HTMLElement): void {
  const heading = anchor.matches("h3.day") ? anchor : null;
  let before = anchor.previousElementSibling;
  while (before && !before.matches("article[data-day]")) before = before.previousElementSibling;
  if (heading && before instanceof HTMLElement && before.dataset.day === heading.dataset.day) heading.replaceWith(make("span", { hidden: "" }));
}
