// The preview of a summary: its pages are hidden until they are asked for, then blurred and grey as pictures are everywhere.
import { onKey } from "./_page";
import { wish, wished } from "./_pages_wishes";
import { veiled } from "./_veil";

function show(): void {
  wish("show", true);
  document.getElementById("unasked")?.remove();
  const sheets = document.querySelector<HTMLElement>(".sheets");
  if (!sheets?.hidden) return;
  for (const image of sheets.querySelectorAll<HTMLImageElement>("img")) image.src = image.dataset.picture ?? "";
  sheets.hidden = false;
}

veiled();
onKey("v", "show pictures in this session", show);
document.querySelector("#unasked button")?.addEventListener("click", show);
if (wished("show")) show();
