/** `npm run generate`: writes `crds/yaml/` from the zod schemas; with `--check` it only says whether that is needed. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { yamlFiles } from "./yaml.ts";

const folder = join(import.meta.dirname, "..", "yaml");
const files = yamlFiles();

await mkdir(folder, { recursive: true });
const present = await readdir(folder);
const stale = present.filter((name) => !files.some((file) => file.name === name));
const changed: typeof files = [];
for (const file of files) {
  const known = present.includes(file.name);
  if (!known || (await readFile(join(folder, file.name), "utf8")) !== file.text) changed.push(file);
}

if (process.argv.includes("--check")) {
  const names = [...changed.map(({ name }) => name), ...stale];
  if (names.length > 0) {
    console.error(`crds/yaml is not what the schemas say: ${names.join(", ")}. Run npm run generate.`);
    process.exitCode = 1;
  }
} else {
  for (const name of stale) await rm(join(folder, name));
  for (const file of changed) await writeFile(join(folder, file.name), file.text);
  console.log(`${changed.length} of ${files.length} CRDs written to crds/yaml, ${stale.length} removed`);
}
