/** A Go program of the checkout, compiled as the examples are: static, stripped, reproducible. */
import { join } from "node:path";
import type { Ingredient } from "../recipe.ts";
import { run } from "../run.ts";
import { treeDigest } from "../tree.ts";
import type { Workspace } from "../workspace.ts";
import type { PreparedIngredient } from "./prepare.ts";

type Program = Extract<Ingredient, { kind: "program" }>;

export function prepareProgram(workspace: Workspace, { folder }: Program): PreparedIngredient {
  const cwd = join(workspace.root, folder);
  const words = ["build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w"];
  return {
    digest: treeDigest(cwd),
    place: async (path) => {
      await run("go", [...words, "-o", path, "."], { cwd, env: { CGO_ENABLED: "0" } });
    },
  };
}
