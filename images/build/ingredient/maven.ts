/** The jars a pom.xml depends on, as Maven resolves them; kept in the cache by the pom's hash, for its versions are exact. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../program/run.ts";
import { requirePrograms } from "../packages.ts";
import type { Ingredient } from "../recipe.ts";
import { copyTree, treeDigest } from "../tree.ts";
import type { Report, Workspace } from "../workspace.ts";
import type { PreparedIngredient } from "./prepared.ts";

type Maven = Extract<Ingredient, { kind: "maven" }>;

export function prepareMaven(workspace: Workspace, { pom }: Maven): PreparedIngredient {
  const path = join(workspace.root, pom);
  const digest = treeDigest(path);
  return {
    digest,
    place: async (into, report) => copyTree(await resolved(workspace, path, digest, report), into),
  };
}

async function resolved(workspace: Workspace, pom: string, digest: string, report: Report): Promise<string> {
  const folder = join(workspace.cache, "maven", digest);
  if (existsSync(folder)) return folder;
  await requirePrograms({ mvn: "maven" }, workspace, report);
  const staging = `${folder}.${process.pid}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  report(`resolving ${pom}`);
  const words = ["--batch-mode", "--quiet", "--file", pom, "dependency:copy-dependencies"];
  await run("mvn", [...words, "-DincludeScope=runtime", `-DoutputDirectory=${staging}`]);
  renameSync(staging, folder);
  return folder;
}
