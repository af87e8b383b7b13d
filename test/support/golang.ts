/** Go functions of `examples/go-<name>/`, compiled as their users would: a static `bootstrap`. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../program/run.ts";
import { cachePath, checkout } from "./installation.ts";

const buildMsMax = 300_000;

/** The executable's bytes. Go's own cache makes the second build instant. */
export async function goBootstrap(name: string): Promise<Uint8Array> {
  const folder = join(cachePath, "go-functions", name);
  await mkdir(folder, { recursive: true });
  const bootstrap = join(folder, "bootstrap");
  const words = ["build", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", bootstrap, "."];
  await run("go", words, {
    cwd: join(checkout, `examples/go-${name}`),
    env: { CGO_ENABLED: "0" },
    timeoutMs: buildMsMax,
  });
  return await readFile(bootstrap);
}
