/** A file or folder of the checkout: its digest is that of its contents. */
import { join } from "node:path";
import type { Ingredient } from "../recipe.ts";
import { copyTree, treeDigest } from "../tree.ts";
import type { Workspace } from "../workspace.ts";
import type { PreparedIngredient } from "./prepared.ts";

type Source = Extract<Ingredient, { kind: "source" }>;

export function prepareSource(workspace: Workspace, source: Source): PreparedIngredient {
  const from = join(workspace.root, source.path);
  return {
    digest: treeDigest(from),
    place: async (path) => copyTree(from, path),
  };
}
