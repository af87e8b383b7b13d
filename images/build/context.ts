/** Writes the build context of an image: the files beside its Dockerfile, its ingredients, and the folder `top`. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Ingredients, PlannedImage } from "./plan.ts";
import { copyTree } from "./tree.ts";
import type { Report, Workspace } from "./workspace.ts";

/** `top`: whether what goes on top is written, or only its empty folder, which COPY wants to find. */
export async function writeContext(
  workspace: Workspace,
  image: PlannedImage,
  top: "with top" | "without top",
  into: string,
  report: Report,
): Promise<void> {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(join(into, "top"), { recursive: true });
  copyTree(join(workspace.root, image.recipe.folder), into);
  await placeAll(image.context, into, report);
  if (top === "with top") await placeAll(image.top, join(into, "top"), report);
}

export async function placeAll(ingredients: Ingredients, into: string, report: Report): Promise<void> {
  for (const [to, ingredient] of ingredients) await ingredient.place(join(into, to), report);
}
