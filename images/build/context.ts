/** Writes the build context of an image: the files beside its Dockerfile and its ingredients. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { PlannedImage } from "./plan.ts";
import { copyTree } from "./tree.ts";
import type { Report, Workspace } from "./workspace.ts";

export async function writeContext(
  workspace: Workspace,
  image: PlannedImage,
  into: string,
  report: Report,
): Promise<void> {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  copyTree(join(workspace.root, image.recipe.folder), into);
  for (const [to, ingredient] of image.ingredients) await ingredient.place(join(into, to), report);
}
