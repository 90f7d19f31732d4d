// Sending files piece by piece: what breaks off goes on where it stopped, and nothing is held in memory whole.
import { ask, Refusal, renewed } from "./_page";

export type Wanted = { name: string; file: File };
type Sent = { name: string; size_bytes: number; received: number; whole: boolean };
type Upload = { id: string; files: Sent[]; most_files: number; most_bytes: number };

const PIECE = 8 * 1024 * 1024;
const TRIES = 4;

export async function begin(): Promise<Upload> {
  return ask<Upload>("/api/uploads", { method: "POST" });
}

async function put(upload: string, one: Wanted, at: number, signal: AbortSignal): Promise<Sent> {
  const asked = new URLSearchParams({ name: one.name, size: String(one.file.size), at: String(at), modified: String(Math.max(-1, one.file.lastModified)) });
  let answer: Response;
  try {
    answer = await fetch(`/api/uploads/${upload}?${asked}`, {
      method: "PUT", body: one.file.slice(at, at + PIECE), signal, credentials: "same-origin",
      headers: { "content-type": "application/octet-stream", "x-csrf-token": document.body.dataset.csrf ?? "" },
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refusal(0, "the sending broke off", "it is tried again where it stopped");
  }
  if (answer.ok) return await answer.json() as Sent;
  const said = (await answer.json() as { error: { what: string; next_step: string } }).error;
  throw new Refusal(answer.status, said.what, said.next_step);
}

/** How much of a file stands on the server: nothing, where it holds another of that name. */
async function come(upload: string, one: Wanted): Promise<{ received: number; whole: boolean }> {
  const known = (await ask<Upload>(`/api/uploads/${upload}`)).files.find((sent) => sent.name === one.name && sent.size_bytes === one.file.size);
  return known ?? { received: 0, whole: false };
}

/** Send one file, `again` from where it broke off; `told` hears how many bytes have come. */
export async function send(upload: string, one: Wanted, signal: AbortSignal, told: (received: number) => void, again = false): Promise<void> {
  let at = 0, broken = again;
  for (let left = TRIES; ;) {
    try {
      if (broken) {
        const here = await come(upload, one);
        told(at = here.received);
        if (here.whole) return;
        broken = false;
      }
      const sent = await put(upload, one, at, signal);
      told(at = sent.received);
      if (sent.whole) return;
      left = TRIES;
    } catch (error) {
      const mayPass = error instanceof Refusal && (error.status === 0 || error.status === 409 || (error.status === 403 && await renewed()));
      if (!mayPass || --left <= 0) throw error;
      await new Promise((done) => window.setTimeout(done, 1000));
      broken = true;
    }
  }
}

/** What was dropped: files, and the files of folders with the path they had in them; and what of it could not be opened. */
export async function dropped(items: DataTransferItemList): Promise<{ files: Wanted[]; lost: string[] }> {
  const lost: string[] = [];
  const held = [...items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() })); // gone after this turn
  const found = await Promise.all(held.map(async ({ entry, file }) => entry ? below(entry, lost) : file ? [{ name: file.name, file }] : []));
  return { files: found.flat(), lost };
}

async function below(entry: FileSystemEntry, lost: string[]): Promise<Wanted[]> {
  try {
    if (entry.isFile) {
      const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
      return [{ name: entry.fullPath.replace(/^\//, ""), file }];
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    const found: FileSystemEntry[] = [];
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
      if (!some.length) break;
      found.push(...some);
    }
    return (await Promise.all(found.map((one) => below(one, lost)))).flat();
  } catch {
    lost.push(entry.fullPath.replace(/^\//, ""));
    return [];
  }
}
