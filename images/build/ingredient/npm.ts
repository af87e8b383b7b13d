/** The packages a folder's package-lock.json pins; kept in the cache by its hash. No script of theirs is run. */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../program/run.ts";
import type { Ingredient } from "../recipe.ts";
import { treeDigest } from "../tree.ts";
import type { Report, Workspace } from "../workspace.ts";
import type { PreparedIngredient } from "./prepared.ts";

type Npm = Extract<Ingredient, { kind: "npm" }>;

/** Read by compilers, debuggers and bundlers only. */
const weight = /\.(map|d\.[cm]?ts|md)$|\/dist-es\//;

export function prepareNpm(workspace: Workspace, { folder }: Npm): PreparedIngredient {
  const from = join(workspace.root, folder);
  const digest = treeDigest(from);
  return {
    digest,
    place: async (into, report) =>
      cpSync(await installed(workspace, from, digest, report), into, { recursive: true }),
  };
}

async function installed(
  workspace: Workspace,
  from: string,
  digest: string,
  report: Report,
): Promise<string> {
  const done = join(workspace.cache, "npm", digest);
  if (existsSync(done)) return done;
  const staging = `${done}.${process.pid}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  cpSync(from, staging, { recursive: true });
  report("npm install of the AWS SDK");
  // Not `npm ci`, for the reason given in bin/run.mjs; `--no-save` keeps to the lockfile all the same.
  await run("npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: staging });
  const modules = join(staging, "node_modules");
  for (const name of [".bin", ".package-lock.json"])
    rmSync(join(modules, name), { recursive: true, force: true });
  for (const file of readdirSync(modules, { recursive: true, encoding: "utf8" }))
    if (weight.test(file)) rmSync(join(modules, file), { recursive: true, force: true });
  renameSync(modules, done);
  rmSync(staging, { recursive: true });
  return done;
}
