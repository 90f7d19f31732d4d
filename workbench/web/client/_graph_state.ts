// What a picture of the graph is: its things, its lines, its filters; and how the address names all of it.

export type Family = "communication" | "stated" | "co_mention";
export type Form = "person" | "made_organisation" | "made_place" | "name" | "organisation" | "place" | "identifier" | "other";
export type Thing = { id: string; kind: string; form: Form; label: string; status: string; mentions: number; reviewed: number; exhibits: number; neighbours: number };
export type Bond = { a: string; b: string; family: Family; kinds: Record<string, number>; supports: number; forth: number; relations: string[]; confirmed: number; exhibits: number };
export type Picture = { things: Thing[]; bonds: Bond[]; added: string[]; left: number; gone: string[]; notes: string[]; definition: string };
export type Sieve = { families: Family[]; without_edges: string[]; without_things: string[]; since: string; until: string; verified: boolean };
export type Beginning = { id: string; kind: string; form: Form; label: string; mentions: number; hits: number };
export type Beginnings = { understood: string; hits: number; named: Beginning[]; in_hits: Beginning[] };
export type Shown = { things: string[]; seeds: string[] };

export const ALL: Sieve = { families: ["communication", "stated"], without_edges: [], without_things: [], since: "", until: "", verified: false };
export const bondId = (bond: Bond): string => `${bond.family} ${bond.a} ${bond.b}`;
export const words = (name: string): string => name.replaceAll("_", " ");
export const kindsOf = (bond: Bond): string => bond.family === "co_mention" ? "named together" : Object.keys(bond.kinds).map(words).join(", ");
const ID = /^[ep]-[0-9a-f]{16}$/;

/** What stands behind the # of the address: the things, those it was begun from with a star. It is never sent to the server. */
export function readShown(fragment: string): Shown {
  const shown: Shown = { things: [], seeds: [] };
  for (const part of fragment.replace(/^#/, "").split(".")) {
    const id = part.replace("*", "");
    if (!ID.test(id)) continue;
    shown.things.push(id);
    if (part.endsWith("*")) shown.seeds.push(id);
  }
  return shown;
}

export function readSieve(search: string): Sieve {
  const asked = new URLSearchParams(search);
  const list = (name: string): string[] => (asked.get(name) ?? "").split(",").filter(Boolean);
  const families = list("lines").filter((one): one is Family => ["communication", "stated", "co_mention"].includes(one));
  return {
    families: asked.has("lines") ? families : ALL.families, without_edges: list("without_lines"), without_things: list("without"),
    since: asked.get("since") ?? "", until: asked.get("until") ?? "", verified: asked.has("verified"),
  };
}

/** The address that opens this picture again. */
export function addressOf(shown: Shown, sieve: Sieve, groups = false): string {
  const asked = new URLSearchParams();
  if (sieve.families.join() !== ALL.families.join()) asked.set("lines", sieve.families.join());
  if (sieve.without_edges.length) asked.set("without_lines", sieve.without_edges.join());
  if (sieve.without_things.length) asked.set("without", sieve.without_things.join());
  if (sieve.since) asked.set("since", sieve.since);
  if (sieve.until) asked.set("until", sieve.until);
  if (sieve.verified) asked.set("verified", "1");
  if (groups) asked.set("groups", "1");
  const seeds = new Set(shown.seeds);
  const names = shown.things.map((id) => seeds.has(id) ? `${id}*` : id).join(".");
  const query = asked.toString();
  return `/graph${query ? `?${query}` : ""}${names ? `#${names}` : ""}`;
}

/** Which things stay out of sight under the filters: of a kind left out, or with no line; what it was begun from always stays. */
export function hidden(picture: Picture, seeds: ReadonlySet<string>, sieve: Sieve): Set<string> {
  const tied = new Set(picture.bonds.flatMap((bond) => [bond.a, bond.b]));
  const without = new Set(sieve.without_things);
  return new Set(picture.things.filter((one) => !seeds.has(one.id) && (without.has(one.kind) || !tied.has(one.id))).map((one) => one.id));
}

/** By thing, how many neighbours it has in the picture. */
export function drawnNeighbours(picture: Picture): Map<string, number> {
  const near = new Map<string, Set<string>>();
  for (const bond of picture.bonds) {
    for (const [one, other] of [[bond.a, bond.b], [bond.b, bond.a]] as const) {
      const known = near.get(one);
      if (known) known.add(other); else near.set(one, new Set([other]));
    }
  }
  return new Map([...near].map(([id, others]) => [id, others.size]));
}
