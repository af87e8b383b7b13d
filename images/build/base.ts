/**
 * The Debian bases. A machine with mmdebstrap makes them from Debian's packages and needs no image registry; on
 * others the Dockerfiles start from the public image they name.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../program/run.ts";
import type { Engine } from "./engine/engine.ts";
import { programPath } from "./machine.ts";
import { localTag, repository, shortIdentity } from "./names.ts";
import { copyPlain, treeDigest } from "./tree.ts";
import type { Report, Workspace } from "./workspace.ts";

/** Raise the number to have bases made anew, with the Debian packages of the day. */
const recipe = [
  "generation 1",
  "--variant=minbase",
  "--include=ca-certificates,tzdata",
  ...["man", "doc", "info", "locale"].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
] as const;

export type Base =
  | { readonly origin: "made"; readonly suite: string; readonly identity: string }
  | { readonly origin: "public"; readonly identity: string };

export function chooseBase(workspace: Workspace, suite: string): Base {
  const wanted = workspace.env.KAMBDA_IMAGE_BASE ?? "auto";
  if (!["auto", "made", "public"].includes(wanted)) {
    throw new Error(`KAMBDA_IMAGE_BASE is "${wanted}"; it may be made, public or auto`);
  }
  const canMake = programPath("mmdebstrap", workspace.env) !== undefined;
  if (wanted === "made" && !canMake) throw new Error("mmdebstrap is missing: apt-get install -y mmdebstrap");
  if (wanted === "public" || !canMake) return { origin: "public", identity: `debian:${suite}-slim` };
  const folder = treeDigest(join(workspace.root, "images/base"));
  return { origin: "made", suite, identity: sha256(JSON.stringify([suite, folder, recipe])) };
}

/** Makes the base if the engine does not have it; returns its tag, or undefined for the Dockerfile's own. */
export async function ensureBase(
  workspace: Workspace,
  engine: Engine,
  base: Base,
  report: Report,
): Promise<string | undefined> {
  if (base.origin === "public") return undefined;
  const name = `base-${base.suite}`;
  const tag = localTag(name, base.identity);
  if ((await engine.list(repository(name))).includes(tag)) return tag;
  const context = join(workspace.cache, "context", name);
  rmSync(context, { recursive: true, force: true });
  mkdirSync(context, { recursive: true });
  const rootfs = await bootstrapped(workspace, base.suite, base.identity, report);
  copyPlain(rootfs, join(context, "rootfs.tar"));
  copyPlain(join(workspace.root, "images/base/Dockerfile"), join(context, "Dockerfile"));
  report(`base of Debian ${base.suite}: storing it`);
  await engine.build({ context, tag, args: {}, offline: true, onLine: () => {} });
  rmSync(context, { recursive: true, force: true });
  return tag;
}

async function bootstrapped(
  workspace: Workspace,
  suite: string,
  identity: string,
  report: Report,
): Promise<string> {
  const rootfs = join(workspace.cache, "base", `${suite}-${shortIdentity(identity)}.tar`);
  if (existsSync(rootfs)) return rootfs;
  mkdirSync(join(workspace.cache, "base"), { recursive: true });
  const staging = `${rootfs}.${process.pid}.tar`;
  const step = (line: string): void => report(`base of Debian ${suite}: ${line}`);
  step("mmdebstrap, about a minute");
  const [, ...options] = recipe;
  await run("mmdebstrap", [...options, suite, staging], {
    onLine: (line) => line.startsWith("I: ") && step(line.slice(3)),
  });
  renameSync(staging, rootfs);
  return rootfs;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
