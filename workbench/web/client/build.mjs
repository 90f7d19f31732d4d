// Bundles each page's script, and copies the data that pages load, into ../built.
import { build } from "esbuild";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";

const out = "../built";
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const entryPoints = readdirSync(".").filter((name) => name.endsWith(".ts") && !name.startsWith("_"));
await build({
  entryPoints, outdir: out, bundle: true, minify: true, sourcemap: false, format: "iife", target: ["es2022"],
  legalComments: "linked", loader: { ".json": "json" }, logLevel: "warning",
});
copyFileSync("node_modules/world-atlas/countries-50m.json", `${out}/countries-50m.json`); // the outline that the map is drawn on
if (!existsSync(`${out}/workbench.js`)) throw new Error("nothing was built");
