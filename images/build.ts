/**
 * Builds Kambda's images into archives that `ctr images import` and `docker load` take. What has not changed
 * since is taken from the cache without asking the image builder anything.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeArchive } from "./build/archive.ts";
import { chooseEngine, requireBuilder } from "./build/engine/choose.ts";
import { buildGround, saveGround } from "./build/ground.ts";
import { lockCache } from "./build/lock.ts";
import { imageCache } from "./build/machine.ts";
import { imageReference } from "./build/names.ts";
import { type PlannedImage, planImages } from "./build/plan.ts";
import { testImages } from "./build/test-images.ts";
import { removeOldArchives, removeOldGrounds } from "./build/tidy.ts";
import type { Report, Workspace } from "./build/workspace.ts";
import { images } from "./table.ts";

export interface BuildOptions {
  /** Short names, those of `test/images/` included (`test-<folder>`); without it, every image of the product. */
  readonly only?: readonly string[];
  readonly report: Report;
}

export interface BuiltImages {
  /** Absolute paths, one an image, in the order of `refs`. */
  readonly archives: readonly string[];
  /** `kambda/<name>:<version>`. */
  readonly refs: readonly string[];
  /** By short name; the identity changes when the contents do, though the reference stays: roll pods by it. */
  readonly images: Readonly<
    Record<string, { readonly ref: string; readonly archive: string; readonly identity: string }>
  >;
}

export async function buildImages(options: BuildOptions): Promise<BuiltImages> {
  const workspace = currentWorkspace();
  await requireBuilder(workspace, options.report);
  const wanted = options.only ?? images.map(({ name }) => name);
  const planned = await planImages(workspace, [...images, ...testImages(workspace.root)], wanted);
  const results = planned.filter(({ recipe }) => wanted.includes(recipe.name));
  if (results.some(({ archive }) => !existsSync(archive)))
    await buildMissing(workspace, planned, wanted, options.report);
  return {
    archives: results.map(({ archive }) => archive),
    refs: results.map(({ recipe }) => imageReference(recipe.name, workspace.version)),
    images: Object.fromEntries(
      results.map(({ recipe: { name }, archive, identity }) => [
        name,
        { ref: imageReference(name, workspace.version), archive, identity },
      ]),
    ),
  };
}

async function buildMissing(
  workspace: Workspace,
  planned: readonly PlannedImage[],
  wanted: readonly string[],
  report: Report,
): Promise<void> {
  using _lock = await lockCache(workspace.cache, report);
  const missing = planned.filter(
    ({ recipe, archive }) => wanted.includes(recipe.name) && !existsSync(archive),
  );
  if (missing.some(({ layout }) => !existsSync(layout)))
    await buildGrounds(workspace, planned, missing, report);
  for (const image of missing) {
    await writeArchive(workspace, image, report);
    removeOldArchives(workspace, image.recipe.name);
  }
}

async function buildGrounds(
  workspace: Workspace,
  planned: readonly PlannedImage[],
  missing: readonly PlannedImage[],
  report: Report,
): Promise<void> {
  const needed = new Set(
    missing.filter(({ layout }) => !existsSync(layout)).map(({ recipe }) => recipe.name),
  );
  for (const { recipe, needs } of planned.toReversed()) {
    if (needed.has(recipe.name)) for (const { image } of needs.images) needed.add(image);
  }
  const grounds = new Map(planned.map(({ recipe, ground }) => [recipe.name, ground]));
  const building = planned.filter(({ recipe }) => needed.has(recipe.name));
  const engine = await chooseEngine(workspace);
  const saving: Promise<Outcome>[] = [];
  try {
    for (const image of building) {
      await buildGround(workspace, engine, image, grounds, report);
      saving.push(outcome(saveGround(engine, image, report)));
      if (saving.length >= savesMax) check(await saving.shift());
    }
  } finally {
    for (const saved of await Promise.all(saving)) check(saved);
  }
  for (const { recipe } of building) await removeOldGrounds(workspace, engine, recipe.name);
}

/** Layouts written at a time, while the next image is being built: compressing keeps one core busy. */
const savesMax = 2;

type Outcome = { readonly error: unknown } | "done";

/** A failure as a value: nobody may be waiting yet when it happens. */
async function outcome(work: Promise<void>): Promise<Outcome> {
  try {
    await work;
    return "done";
  } catch (error) {
    return { error };
  }
}

function check(saved: Outcome | undefined): void {
  if (saved !== undefined && saved !== "done") throw saved.error;
}

const packageFile = z.object({ version: z.string() });

export function currentWorkspace(): Workspace {
  const root = join(import.meta.dirname, "..");
  const { version } = packageFile.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  return { root, cache: imageCache(process.env), env: process.env, version };
}
