// What a person asked for and is kept until they sign out, over all exhibits: pictures shown, blurred, grey.
type Wish = "show" | "blur" | "grey";

function place(name: Wish): string {
  return `casegraph-${name}`;
}

/** The session's mark: the beginning of its token, so that the next session starts with nothing shown. */
function session(): string {
  return (document.body.dataset.csrf ?? "").slice(0, 8);
}

export function wished(name: Wish): boolean {
  return session() !== "" && localStorage.getItem(place(name)) === session();
}

export function wish(name: Wish, on: boolean): void {
  if (on) localStorage.setItem(place(name), session());
  else localStorage.removeItem(place(name));
}
