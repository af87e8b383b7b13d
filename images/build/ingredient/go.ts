/** A Go program compiled from a module at a fixed version, kept in the cache. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../program/run.ts";
import { programPath } from "../machine.ts";
import type { Ingredient } from "../recipe.ts";
import { copyPlain } from "../tree.ts";
import type { Report, Workspace } from "../workspace.ts";
import type { PreparedIngredient } from "./prepared.ts";

type Go = Extract<Ingredient, { kind: "go" }>;

export function prepareGo(workspace: Workspace, go: Go): PreparedIngredient {
  return {
    digest: `${go.module}@${go.version}`,
    place: async (path, report) => copyPlain(await compiled(workspace, go, report), path),
  };
}

async function compiled(workspace: Workspace, go: Go, report: Report): Promise<string> {
  const folder = join(workspace.cache, "go", `${go.module.replaceAll("/", "_")}@${go.version}`);
  const program = join(folder, "program");
  if (existsSync(program)) return program;
  if (programPath("go", workspace.env) === undefined) {
    throw new Error(
      `Go is needed to compile ${go.module}, and is not on the PATH: https://go.dev/doc/install`,
    );
  }
  const staging = `${folder}.${process.pid}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  report(`compiling ${go.module}@${go.version}`);
  await run("go", ["install", "-trimpath", "-ldflags=-s -w", `${go.module}@${go.version}`], {
    env: { GOBIN: staging, CGO_ENABLED: "0", GOFLAGS: "" },
    onLine: (line) => report(line.replace(/^go: /, "go ")),
  });
  renameSync(join(staging, programName(go.module)), join(staging, "program"));
  rmSync(folder, { recursive: true, force: true });
  renameSync(staging, folder);
  return program;
}

/** `go install` names a program after the last element of its path that is not a major version. */
function programName(module: string): string {
  const elements = module.split("/").filter((element) => !/^v[0-9]+$/.test(element));
  const name = elements.at(-1);
  if (name === undefined) throw new Error(`"${module}" is not the path of a Go module`);
  return name;
}
