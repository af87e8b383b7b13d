/** What is to be built: each wanted image with its prepared ingredients and identity, in the order of building. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Base, chooseBase } from "./base.ts";
import { type DockerfileNeeds, dockerfileNeeds } from "./dockerfile.ts";
import { imageIdentity } from "./identity.ts";
import { type PreparedIngredient, prepareIngredient } from "./ingredient/prepare.ts";
import { archiveName } from "./names.ts";
import { buildOrder } from "./order.ts";
import type { ImageRecipe } from "./recipe.ts";
import { treeDigest } from "./tree.ts";
import type { Workspace } from "./workspace.ts";

/** Within the cache. */
export const archivesFolder = "archives";

export interface PlannedImage {
  readonly recipe: ImageRecipe;
  readonly needs: DockerfileNeeds;
  readonly base?: Base;
  /** Path in the build context → what goes there. */
  readonly ingredients: ReadonlyMap<string, PreparedIngredient>;
  readonly identity: string;
  /** Absolute path of the archive, whether it is there yet or not. */
  readonly archive: string;
}

export async function planImages(
  workspace: Workspace,
  recipes: readonly ImageRecipe[],
  wanted: readonly string[],
): Promise<PlannedImage[]> {
  const orderable = recipes.map((recipe) => {
    const needs = dockerfileNeeds(readDockerfile(workspace, recipe), recipe.args ?? {});
    return { name: recipe.name, on: needs.images.map(({ image }) => image), recipe, needs };
  });
  const planned = new Map<string, PlannedImage>();
  for (const { recipe, needs } of buildOrder(orderable, wanted)) {
    planned.set(recipe.name, await planImage(workspace, recipe, needs, planned));
  }
  return [...planned.values()];
}

async function planImage(
  workspace: Workspace,
  recipe: ImageRecipe,
  needs: DockerfileNeeds,
  before: ReadonlyMap<string, PlannedImage>,
): Promise<PlannedImage> {
  const ingredients = new Map<string, PreparedIngredient>();
  for (const ingredient of recipe.context) {
    ingredients.set(ingredient.to, await prepareIngredient(workspace, ingredient));
  }
  const base = needs.suite === undefined ? undefined : chooseBase(workspace, needs.suite);
  const identity = imageIdentity({
    name: recipe.name,
    version: workspace.version,
    folderDigest: treeDigest(join(workspace.root, recipe.folder)),
    args: recipe.args ?? {},
    base: base?.identity ?? "none",
    on: Object.fromEntries(needs.images.map(({ arg, image }) => [arg, before.get(image)?.identity ?? ""])),
    context: Object.fromEntries([...ingredients].map(([to, { digest }]) => [to, digest])),
  });
  const archive = join(workspace.cache, archivesFolder, archiveName(recipe.name, identity));
  return { recipe, needs, ...(base === undefined ? {} : { base }), ingredients, identity, archive };
}

function readDockerfile(workspace: Workspace, recipe: ImageRecipe): string {
  return readFileSync(join(workspace.root, recipe.folder, "Dockerfile"), "utf8");
}
