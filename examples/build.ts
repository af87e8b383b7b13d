/**
 * Makes the archives of the examples that are compiled: each folder `go-<name>` becomes `.kambda/examples/go-<name>.zip`,
 * which holds the static program `bootstrap`. `bun examples/build.ts` prints their paths; upload one where your cluster
 * reaches it and name it in `spec.code.url`, with the sha256 that is printed beside it.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../program/run.ts";
import { examples, stateFolder } from "../start/paths.ts";
import { zip } from "../test/support/zip.ts";

export interface ExampleArchive {
  readonly path: string;
  readonly sha256: string;
}

/** A cold build downloads and compiles the standard library. */
const compileMsMax = 300_000;

export async function buildExamples(): Promise<ExampleArchive[]> {
  const folders = (await readdir(examples)).filter((name) => name.startsWith("go-")).sort();
  return await Promise.all(folders.map(buildExample));
}

async function buildExample(name: string): Promise<ExampleArchive> {
  const out = join(stateFolder, "examples");
  const program = join(out, name, "bootstrap");
  await mkdir(join(out, name), { recursive: true });
  const words = [
    "build",
    "-trimpath",
    "-buildvcs=false",
    "-tags",
    "lambda.norpc",
    "-ldflags",
    "-s -w",
    "-o",
    program,
    ".",
  ];
  await run("go", words, {
    cwd: join(examples, name),
    env: { CGO_ENABLED: "0" },
    timeoutMs: compileMsMax,
  });
  const archive = zip([{ name: "bootstrap", content: await readFile(program), mode: 0o100755 }]);
  const path = join(out, `${name}.zip`);
  await writeFile(path, archive);
  return { path, sha256: createHash("sha256").update(archive).digest("hex") };
}

if (import.meta.main) {
  for (const { path, sha256 } of await buildExamples()) console.log(`${path}  sha256 ${sha256}`);
}
