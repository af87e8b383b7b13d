/** Chooses what builds the images: buildah, which needs no daemon, else a podman or docker that answers. */
import { run } from "../../../program/run.ts";
import { programPath } from "../machine.ts";
import { requirePrograms } from "../packages.ts";
import type { Report, Workspace } from "../workspace.ts";
import { createBuildah } from "./buildah.ts";
import { createDocker } from "./docker.ts";
import type { Engine } from "./engine.ts";

/** Before anything is planned, since a machine that makes its own bases plans by them. Docker or Podman will do as they are. */
export async function requireBuilder(workspace: Workspace, report: Report): Promise<void> {
  const has = (program: string): boolean => programPath(program, workspace.env) !== undefined;
  if (["buildah", "podman", "docker"].some(has)) return;
  await requirePrograms({ buildah: "buildah", mmdebstrap: "mmdebstrap" }, workspace, report);
}

export async function chooseEngine(workspace: Workspace): Promise<Engine> {
  const wanted = workspace.env.KAMBDA_IMAGE_ENGINE;
  const has = (program: string): boolean =>
    (wanted === undefined || wanted === program) && programPath(program, workspace.env) !== undefined;
  if (has("buildah")) return await createBuildah(workspace);
  for (const program of ["podman", "docker"] as const) {
    if (has(program) && (await answers(program))) return createDocker(program);
  }
  throw new Error(
    wanted === undefined
      ? "nothing here builds images: apt-get install -y buildah mmdebstrap, or install Docker or Podman"
      : `KAMBDA_IMAGE_ENGINE is "${wanted}", which does not answer here; it may be buildah, podman or docker`,
  );
}

async function answers(program: string): Promise<boolean> {
  const { code } = await run(program, ["info"], { allowed: "any" });
  return code === 0;
}
