/** Builds what a Dockerfile makes and keeps it as an OCI layout. What it stands on has been built before it. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../program/run.ts";
import { ensureBase } from "./base.ts";
import { writeContext } from "./context.ts";
import type { Engine } from "./engine/engine.ts";
import { localTag, repository } from "./names.ts";
import type { PlannedImage } from "./plan.ts";
import { buildStep } from "./step.ts";
import type { Report, Workspace } from "./workspace.ts";

export async function buildGround(
  workspace: Workspace,
  engine: Engine,
  image: PlannedImage,
  grounds: ReadonlyMap<string, string>,
  report: Report,
): Promise<void> {
  const { name } = image.recipe;
  const tag = localTag(name, image.ground);
  if ((await engine.list(repository(name))).includes(tag)) return;
  const step: Report = (line) => report(`${name}: ${line}`);
  const args: Record<string, string> = { ...image.recipe.args };
  if (image.base !== undefined) {
    const base = await ensureBase(workspace, engine, image.base, report);
    if (base !== undefined) args.BASE = base;
  }
  for (const needed of image.needs.images) {
    args[needed.arg] = localTag(needed.image, grounds.get(needed.image) ?? "");
  }
  const context = join(workspace.cache, "context", name);
  await writeContext(workspace, image, "without top", context, step);
  const offline = image.base?.origin !== "public";
  const onLine = (line: string): void => {
    const at = buildStep(line);
    if (at !== undefined) step(at);
  };
  await engine.build({ context, tag, args, offline, onLine });
  rmSync(context, { recursive: true, force: true });
}

export async function saveGround(engine: Engine, image: PlannedImage, report: Report): Promise<void> {
  const { name } = image.recipe;
  if (existsSync(image.layout)) return;
  report(`${name}: compressing its layers`);
  const staging = `${image.layout}.${process.pid}`;
  const archive = `${staging}.tar`;
  for (const path of [staging, archive]) rmSync(path, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  await engine.save(localTag(name, image.ground), localTag(name, image.ground), archive);
  await run("tar", ["--extract", "--file", archive, "--directory", staging]);
  rmSync(archive);
  if (!existsSync(join(staging, "index.json"))) {
    throw new Error(`${engine.name} saves images in its old format only: update it (docker 25 or newer)`);
  }
  renameSync(staging, image.layout);
}
