/** Turns one ingredient of a recipe into its digest and a way to put it into a build context. */
import type { Ingredient } from "../recipe.ts";
import type { Workspace } from "../workspace.ts";
import { prepareBundle } from "./bundle.ts";
import { prepareDependencies } from "./dependencies.ts";
import { prepareGo } from "./go.ts";
import { prepareMaven } from "./maven.ts";
import { prepareNpm } from "./npm.ts";
import { preparePackage } from "./package.ts";
import { preparePip } from "./pip.ts";
import type { PreparedIngredient } from "./prepared.ts";
import { prepareProgram } from "./program.ts";
import { prepareSource } from "./source.ts";
import { prepareTrust } from "./trust.ts";

export async function prepareIngredient(
  workspace: Workspace,
  ingredient: Ingredient,
): Promise<PreparedIngredient> {
  switch (ingredient.kind) {
    case "source":
      return prepareSource(workspace, ingredient);
    case "package":
      return preparePackage(workspace, ingredient);
    case "bundle":
      return await prepareBundle(workspace, ingredient);
    case "dependencies":
      return prepareDependencies(workspace);
    case "go":
      return prepareGo(workspace, ingredient);
    case "maven":
      return prepareMaven(workspace, ingredient);
    case "pip":
      return preparePip(workspace, ingredient);
    case "npm":
      return prepareNpm(workspace, ingredient);
    case "program":
      return prepareProgram(workspace, ingredient);
    case "trust":
      return prepareTrust();
  }
}
