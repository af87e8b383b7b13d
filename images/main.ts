/**
 * Builds images from the command line: `bun images/main.ts [image…]`; with `--contexts FOLDER` it only writes
 * the build contexts, and prints the commands that build them with docker.
 */
import { parseArgs } from "node:util";
import { buildImages } from "./build.ts";
import { writeContexts } from "./contexts.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { contexts: { type: "string" } },
});
const report = (line: string): void =>
  console.error(`${(performance.now() / 1000).toFixed(1).padStart(6)} s  ${line}`);

if (values.contexts !== undefined) {
  for (const command of await writeContexts(values.contexts, positionals, report)) console.log(command);
} else {
  const { archives, refs } = await buildImages({
    ...(positionals.length > 0 && { only: positionals }),
    report,
  });
  for (const [index, ref] of refs.entries()) console.log(`${ref}  ${archives[index]}`);
}
