/** Writes the generated files of the chart; `npm run generate` runs it after the CRDs'. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chart, generatedFiles } from "./files.ts";

const files = generatedFiles();
for (const name of readdirSync(path.join(chart, "files/crds"))) {
  if (!files.has(`files/crds/${name}`)) rmSync(path.join(chart, "files/crds", name));
}
for (const [file, content] of files) {
  mkdirSync(path.dirname(path.join(chart, file)), { recursive: true });
  writeFileSync(path.join(chart, file), content);
}
