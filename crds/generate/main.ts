/** `npm run generate`: writes `crds/yaml/` from the zod schemas. */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { yamlFiles } from "./yaml.ts";

const folder = join(import.meta.dirname, "..", "yaml");
const files = yamlFiles();

await mkdir(folder, { recursive: true });
for (const stale of await readdir(folder)) {
  if (!files.some((file) => file.name === stale)) await rm(join(folder, stale));
}
for (const file of files) await writeFile(join(folder, file.name), file.text);
console.log(`${files.length} CRDs written to crds/yaml`);
