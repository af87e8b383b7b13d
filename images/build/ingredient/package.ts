/**
 * A file of an installed npm package. The lockfile's integrity stands for its contents: these are binaries
 * of 100 MB, and hashing them at every start would cost more than all the rest.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { lockedPackages } from "../lockfile.ts";
import type { Ingredient } from "../recipe.ts";
import { copyPlain } from "../tree.ts";
import type { Workspace } from "../workspace.ts";
import type { PreparedIngredient } from "./prepared.ts";

type Package = Extract<Ingredient, { kind: "package" }>;

export function preparePackage(workspace: Workspace, ingredient: Package): PreparedIngredient {
  const key = `node_modules/${ingredient.package}`;
  const locked = lockedPackages(workspace.root)[key];
  if (locked?.integrity === undefined) {
    throw new Error(`package-lock.json does not pin "${ingredient.package}": npm install --save-exact it`);
  }
  const from = join(workspace.root, key, ingredient.path);
  return {
    digest: `${ingredient.package}@${locked.version} ${locked.integrity} ${ingredient.path}`,
    place: async (path) => {
      if (!existsSync(from)) throw new Error(`${from} is missing: npm ci brings it`);
      copyPlain(from, path);
    },
  };
}
