/** The packages a requirements.txt pins, laid into a folder; kept in the cache by that file's hash. Wheels only: nothing is run. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../program/run.ts";
import { requirePrograms } from "../packages.ts";
import type { Ingredient } from "../recipe.ts";
import { copyTree, treeDigest } from "../tree.ts";
import type { Report, Workspace } from "../workspace.ts";
import type { PreparedIngredient } from "./prepared.ts";

type Pip = Extract<Ingredient, { kind: "pip" }>;

export function preparePip(workspace: Workspace, { requirements }: Pip): PreparedIngredient {
  const path = join(workspace.root, requirements);
  const digest = treeDigest(path);
  return {
    digest,
    place: async (into, report) => copyTree(await installed(workspace, path, digest, report), into),
  };
}

async function installed(
  workspace: Workspace,
  path: string,
  digest: string,
  report: Report,
): Promise<string> {
  const folder = join(workspace.cache, "pip", digest);
  if (existsSync(folder)) return folder;
  await requirePrograms({ pip3: "python3-pip" }, workspace, report);
  const staging = `${folder}.${process.pid}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  report("pip install of the AWS SDK");
  const words = ["install", "--quiet", "--disable-pip-version-check", "--no-compile", "--only-binary=:all:"];
  await run("pip3", [...words, "--target", staging, "--requirement", path]);
  rmSync(join(staging, "bin"), { recursive: true, force: true });
  renameSync(staging, folder);
  return folder;
}
