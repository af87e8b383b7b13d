/**
 * The production dependencies, installed apart from the checkout's own node_modules (which has the development
 * tools too) and kept in the cache by the hash of what the lockfile says of them.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../program/run.ts";
import { lockedPackages, productionDigest } from "../lockfile.ts";
import type { Report, Workspace } from "../workspace.ts";
import type { PreparedIngredient } from "./prepared.ts";

/** Not wanted inside: Bun is in the image already, links to programs are never called, the rest is npm's own note. */
const unwanted = ["bun", "@oven", ".bin", ".package-lock.json"];

/** Half of the bytes, read by compilers and debuggers only. */
const weight = /\.(map|d\.[cm]?ts)$/;

export function prepareDependencies(workspace: Workspace): PreparedIngredient {
  const digest = productionDigest(lockedPackages(workspace.root));
  return {
    digest,
    place: async (path, report) => {
      cpSync(await installed(workspace, digest, report), path, { recursive: true });
    },
  };
}

async function installed(workspace: Workspace, digest: string, report: Report): Promise<string> {
  const folder = join(workspace.cache, "dependencies", digest);
  const done = join(folder, "node_modules");
  if (existsSync(done)) return done;
  const staging = `${folder}.${process.pid}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  for (const file of ["package.json", "package-lock.json"])
    cpSync(join(workspace.root, file), join(staging, file));
  report("npm install of the production dependencies");
  // Not `npm ci`, for the reason given in bin/run.mjs; `--no-save` keeps to the lockfile all the same.
  const options = ["--no-save", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...options], { cwd: staging });
  const modules = join(staging, "node_modules");
  for (const name of unwanted) rmSync(join(modules, name), { recursive: true, force: true });
  for (const file of readdirSync(modules, { recursive: true, encoding: "utf8" })) {
    if (weight.test(file)) rmSync(join(modules, file));
  }
  renameSync(staging, folder);
  return done;
}
