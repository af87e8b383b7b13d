/**
 * Buildah, which needs neither a daemon nor a registry. Its store lies in our cache, so that removing the cache
 * removes everything. Dates are set to zero: an equal layer has an equal digest in every image and is stored once.
 */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../program/run.ts";
import type { Workspace } from "../workspace.ts";
import { buildArguments, type Engine, lines } from "./engine.ts";

export async function createBuildah(workspace: Workspace): Promise<Engine> {
  const folders = storeFolders(workspace);
  const driver = await storageDriver(folders);
  const buildah = [...folders, "--storage-driver", driver];
  return {
    name: "buildah",
    list: async (repository) => {
      const listing = [
        "images",
        "--filter",
        `reference=${repository}:*`,
        "--format",
        "{{.Name}}:{{.Tag}}",
        "--noheading",
      ];
      const { stdout } = await run("buildah", [...buildah, ...listing]);
      return lines(stdout);
    },
    remove: async (tag) => {
      await run("buildah", [...buildah, "rmi", tag]);
    },
    build: async ({ context, tag, args, offline, onLine }) => {
      const options = [
        "--isolation",
        "chroot",
        "--layers",
        "--timestamp",
        "0",
        offline ? "--pull-never" : "--pull",
      ];
      const command = ["bud", ...options, ...buildArguments(args), "--tag", tag, context];
      try {
        await run("buildah", [...buildah, ...command], { onLine });
      } finally {
        // It leaves the container of a stage that only gives files to another; an image with one cannot be removed.
        await run("buildah", [...buildah, "rm", "--all"]);
      }
    },
    // zstd at its first level: half the time of gzip to write, and less to unpack.
    save: async (tag, reference, archive) => {
      const compression = ["--compression-format", "zstd", "--compression-level", "1"];
      await run("buildah", [
        ...buildah,
        "push",
        "--quiet",
        ...compression,
        tag,
        `oci-archive:${archive}:${reference}`,
      ]);
    },
  };
}

/**
 * The store, and the folder of its mounts' state. The latter must not outlive a reboot as the mounts do not, so it
 * lies outside of the cache.
 */
function storeFolders(workspace: Workspace): string[] {
  const hash = createHash("sha256").update(workspace.cache).digest("hex").slice(0, 12);
  const volatile = workspace.env.XDG_RUNTIME_DIR ?? (process.getuid?.() === 0 ? "/run" : tmpdir());
  return ["--root", join(workspace.cache, "store"), "--runroot", join(volatile, `kambda-images-${hash}`)];
}

/** Overlay where the kernel lets us; vfs copies every layer whole but works everywhere. A store keeps its driver. */
async function storageDriver(folders: readonly string[]): Promise<"overlay" | "vfs"> {
  mkdirSync(folders[1] ?? "", { recursive: true });
  const words = [...folders, "--storage-driver", "overlay", "images", "--quiet"];
  const { code } = await run("buildah", words, { allowed: "any" });
  return code === 0 ? "overlay" : "vfs";
}
