/** A Go program of the checkout, compiled as the examples are (static, stripped, reproducible), and kept in the cache. */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../../../program/run.ts";
import { programPath } from "../machine.ts";
import type { Ingredient } from "../recipe.ts";
import { copyPlain, treeDigest } from "../tree.ts";
import type { Report, Workspace } from "../workspace.ts";
import type { PreparedIngredient } from "./prepared.ts";

type Program = Extract<Ingredient, { kind: "program" }>;

const words = ["build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w"];

export function prepareProgram(workspace: Workspace, { folder }: Program): PreparedIngredient {
  return {
    digest: treeDigest(join(workspace.root, folder)),
    place: async (to, report) => copyPlain(await compiledProgram(workspace, folder, report), to),
  };
}

/** Compiles the module in this folder of the checkout, if that was not done before; where the program is. */
export async function compiledProgram(workspace: Workspace, folder: string, report: Report): Promise<string> {
  const cwd = join(workspace.root, folder);
  const program = join(workspace.cache, "programs", treeDigest(cwd));
  if (existsSync(program)) return program;
  if (programPath("go", workspace.env) === undefined) {
    throw new Error(`Go is needed to compile ${folder}, and is not on the PATH: https://go.dev/doc/install`);
  }
  report(`compiling ${folder}`);
  mkdirSync(dirname(program), { recursive: true });
  const staging = `${program}.${process.pid}`;
  await run("go", [...words, "-o", staging, "."], { cwd, env: { CGO_ENABLED: "0" } });
  renameSync(staging, program);
  return program;
}
