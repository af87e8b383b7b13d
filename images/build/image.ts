/** Builds one planned image and writes its archive. What it stands on has been built before it. */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureBase } from "./base.ts";
import { writeContext } from "./context.ts";
import type { Engine } from "./engine/engine.ts";
import { archiveIdentity, localTag, repository, storedReference } from "./names.ts";
import { archivesFolder, type PlannedImage } from "./plan.ts";
import { buildStep } from "./step.ts";
import type { Report, Workspace } from "./workspace.ts";

/** Archives kept of each image: this checkout's and that of one other, or of one step back. */
const archivesKeptMax = 2;

export async function buildImage(
  workspace: Workspace,
  engine: Engine,
  image: PlannedImage,
  identities: ReadonlyMap<string, string>,
  report: Report,
): Promise<void> {
  const { name } = image.recipe;
  const tag = localTag(name, image.identity);
  if ((await engine.list(repository(name))).includes(tag)) return;
  const step: Report = (line) => report(`${name}: ${line}`);
  const args: Record<string, string> = { ...image.recipe.args };
  if (image.base !== undefined) {
    const base = await ensureBase(workspace, engine, image.base, report);
    if (base !== undefined) args.BASE = base;
  }
  for (const needed of image.needs.images) {
    args[needed.arg] = localTag(needed.image, identities.get(needed.image) ?? "");
  }
  const context = join(workspace.cache, "context", name);
  await writeContext(workspace, image, context, step);
  const offline = image.base?.origin !== "public";
  const onLine = (line: string): void => {
    const at = buildStep(line);
    if (at !== undefined) step(at);
  };
  await engine.build({ context, tag, args, offline, onLine });
  rmSync(context, { recursive: true, force: true });
}

export async function saveImage(
  workspace: Workspace,
  engine: Engine,
  image: PlannedImage,
  report: Report,
): Promise<void> {
  const { name } = image.recipe;
  report(`${name}: writing ${image.archive}`);
  mkdirSync(dirname(image.archive), { recursive: true });
  const staging = `${image.archive}.${process.pid}`;
  rmSync(staging, { force: true });
  await engine.save(localTag(name, image.identity), storedReference(name, workspace.version), staging);
  renameSync(staging, image.archive);
}

/** Run when nothing is being built any more: a layer that goes may be one that a running build takes from its cache. */
export async function removeOldImages(workspace: Workspace, engine: Engine, name: string): Promise<void> {
  const folder = join(workspace.cache, archivesFolder);
  const archives = readdirSync(folder)
    .filter((file) => archiveIdentity(name, file) !== undefined)
    .map((file) => ({ file, writtenMs: statSync(join(folder, file)).mtimeMs }))
    .sort((a, b) => b.writtenMs - a.writtenMs);
  for (const { file } of archives.slice(archivesKeptMax)) rmSync(join(folder, file));
  const kept = new Set(archives.slice(0, archivesKeptMax).map(({ file }) => archiveIdentity(name, file)));
  for (const tag of await engine.list(repository(name))) {
    if (!kept.has(tag.slice(tag.lastIndexOf(":") + 1))) await engine.remove(tag);
  }
}
