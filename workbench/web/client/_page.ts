// What every page's script uses: asking the API, saying what came of it, and the keys.

export class Refusal extends Error {
  constructor(readonly status: number, what: string, readonly nextStep: string) {
    super(what);
  }
}

type Asked = { method?: string; json?: unknown; form?: Record<string, string>; signal?: AbortSignal };

/** Ask the API; throws Refusal with the plain words of the server. */
export async function ask<T>(address: string, options: Asked = {}): Promise<T> {
  try {
    return await asked<T>(address, options);
  } catch (error) {
    // signed in again in another tab: what was written here is sent under the new session
    if (error instanceof Refusal && error.status === 403 && await renewed()) return asked<T>(address, options);
    throw error;
  }
}

/** Take over the session that the same person began in another tab; returns whether there is one. */
export async function renewed(): Promise<boolean> {
  try { return await current(); } catch { return false; }
}

/** Take over the session that this browser has now; returns whether it is another one. Throws Refusal where it is nobody's, or another person's. */
export async function current(): Promise<boolean> {
  const again = "sign in again in another tab, then send it once more; what you wrote stays here";
  const now = await asked<{ name: string; csrf: string }>("/api/session", {}).catch((error: unknown) => {
    throw error instanceof Refusal && error.status === 401 ? new Refusal(401, "your session has ended", again) : error;
  });
  if (now.name !== document.querySelector("form.who span")?.textContent) throw new Refusal(403, `${now.name} is signed in here now`, again);
  if (now.csrf === document.body.dataset.csrf) return false;
  document.body.dataset.csrf = now.csrf;
  for (const field of document.querySelectorAll<HTMLInputElement>("input[name=csrf]")) field.value = now.csrf;
  return true;
}

async function asked<T>(address: string, options: Asked): Promise<T> {
  const method = options.method ?? (options.json !== undefined || options.form ? "POST" : "GET");
  const headers: Record<string, string> = { accept: "application/json" };
  if (method !== "GET") headers["x-csrf-token"] = document.body.dataset.csrf ?? "";
  let body: string | URLSearchParams | undefined;
  if (options.json !== undefined) { headers["content-type"] = "application/json"; body = JSON.stringify(options.json); }
  if (options.form) body = new URLSearchParams(options.form);
  let answer: Response;
  try {
    answer = await fetch(address, { method, headers, body, signal: options.signal, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refusal(0, "the workbench does not answer", "see whether `casegraph serve` still runs, then repeat it");
  }
  const text = await answer.text();
  if (answer.ok) return (text ? JSON.parse(text) : null) as T;
  let said = { what: `the workbench answered ${answer.status}`, next_step: "" };
  try { said = (JSON.parse(text) as { error: typeof said }).error; } catch { /* keep the plain words */ }
  throw new Refusal(answer.status, said.what, said.next_step);
}

let quietAgain = 0;
/** Say something at the foot of the page, and to a screen reader. */
export function say(words: string): void {
  const place = document.getElementById("said");
  if (!place) return;
  place.textContent = words;
  window.clearTimeout(quietAgain);
  quietAgain = window.setTimeout(() => { place.textContent = ""; }, 6000);
}

/** Say why something was refused. */
export function tell(error: unknown): void {
  if (error instanceof DOMException && error.name === "AbortError") return;
  if (error instanceof Refusal) say(`${error.message}. ${error.nextStep}`);
  else { say("something went wrong in this page; open it again"); console.error(error); }
}

type Key = { key: string; does: string; run: (event: KeyboardEvent) => void };
// Each page's script is bundled apart, so what they share stands in the window.
const keys: Key[] = ((window as unknown as { casegraphKeys?: Key[] }).casegraphKeys ??= []);

/** Have a key do something, outside of fields; `?` lists them. */
export function onKey(key: string, does: string, run: (event: KeyboardEvent) => void): void {
  const at = keys.findIndex((one) => one.key === key);
  if (at >= 0) keys.splice(at, 1);
  keys.push({ key, does, run });
}

export function knownKeys(): readonly Key[] { return keys; }

export function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio], [type=range]), select, textarea"));
}

/** Make an element with attributes and children; text is never read as markup. */
export function make<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
