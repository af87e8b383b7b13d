/** What is to be built: each wanted image with its prepared ingredients and identity, in the order of building. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Base, chooseBase } from "./base.ts";
import { type DockerfileNeeds, dockerfileNeeds } from "./dockerfile.ts";
import { groundIdentity, imageIdentity } from "./identity.ts";
import { prepareIngredient } from "./ingredient/prepare.ts";
import type { PreparedIngredient } from "./ingredient/prepared.ts";
import { archiveName, cacheName } from "./names.ts";
import { buildOrder } from "./order.ts";
import type { ImageRecipe, Ingredient } from "./recipe.ts";
import { treeDigest } from "./tree.ts";
import type { Workspace } from "./workspace.ts";

/** Within the cache: OCI layouts of what Dockerfiles made, and the archives of images. */
export const groundsFolder = "grounds";
export const archivesFolder = "archives";

/** Path → what goes there. */
export type Ingredients = ReadonlyMap<string, PreparedIngredient>;

export interface PlannedImage {
  readonly recipe: ImageRecipe;
  readonly needs: DockerfileNeeds;
  readonly base?: Base;
  readonly context: Ingredients;
  readonly top: Ingredients;
  /** Identity of what the Dockerfile makes, with nothing on top. */
  readonly ground: string;
  readonly identity: string;
  /** Absolute paths of the ground's OCI layout and of the image's archive, whether they are there yet or not. */
  readonly layout: string;
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
  const context = await prepared(workspace, recipe.context);
  const top = await prepared(workspace, recipe.top ?? []);
  const base = needs.suite === undefined ? undefined : chooseBase(workspace, needs.suite);
  const ground = groundIdentity({
    name: recipe.name,
    folderDigest: treeDigest(join(workspace.root, recipe.folder)),
    args: recipe.args ?? {},
    base: base?.identity ?? "none",
    on: Object.fromEntries(needs.images.map(({ arg, image }) => [arg, before.get(image)?.ground ?? ""])),
    context: digests(context),
  });
  const identity = imageIdentity({ ground, version: workspace.version, top: digests(top) });
  return {
    recipe,
    needs,
    ...(base === undefined ? {} : { base }),
    context,
    top,
    ground,
    identity,
    layout: join(workspace.cache, groundsFolder, cacheName(recipe.name, ground)),
    archive: join(workspace.cache, archivesFolder, archiveName(recipe.name, identity)),
  };
}

async function prepared(workspace: Workspace, ingredients: readonly Ingredient[]): Promise<Ingredients> {
  const all = new Map<string, PreparedIngredient>();
  for (const ingredient of ingredients)
    all.set(ingredient.to, await prepareIngredient(workspace, ingredient));
  return all;
}

function digests(ingredients: Ingredients): Record<string, string> {
  return Object.fromEntries([...ingredients].map(([to, { digest }]) => [to, digest]));
}

function readDockerfile(workspace: Workspace, recipe: ImageRecipe): string {
  return readFileSync(join(workspace.root, recipe.folder, "Dockerfile"), "utf8");
}
