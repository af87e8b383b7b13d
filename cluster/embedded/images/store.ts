/**
 * A containerd store in the cache that outlives clusters: every image is unpacked once, and a new node starts with
 * hard links to all of it. Lower layers of overlays are never written, so sharing them is safe.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { run } from "../../../program/run.ts";
import type { Report } from "../../provider.ts";
import type { HostBinaries } from "../build.ts";
import { launchNode } from "../launch.ts";
import { withLock } from "../lock.ts";
import { containerdConfig } from "../node/containerd.ts";
import { layout } from "../node/layout.ts";
import { frugal } from "../node/process.ts";
import { type Snapshotter, snapshotterFor } from "../node/snapshotter.ts";
import { cachePath } from "../paths.ts";
import { end } from "../process.ts";
import { type ImageArchive, readArchive } from "./archive.ts";
import { importImages } from "./import.ts";

/** Past this many names the store is begun anew: what fell out of use is still in it. */
const imagesMax = 60;

const heldSchema = z.record(z.string(), z.string());

interface Store {
  readonly folder: string;
  readonly held: string;
  readonly lock: string;
  readonly snapshotter: Snapshotter;
}

/** Unpacks what the store lacks. */
export async function fillStore(
  archives: readonly string[],
  binaries: HostBinaries,
  report: Report,
): Promise<void> {
  const images = await Promise.all(archives.map(readArchive));
  const store = openStore();
  await withLock(store.lock, async () => {
    const held = readHeld(store);
    const wanted = images.filter(({ reference, digest }) => held[reference] !== digest);
    if (wanted.length === 0) return;
    const tooMany = Object.keys(held).length + wanted.length > imagesMax;
    if (tooMany) rmSync(store.folder, { recursive: true });
    await unpack(store, tooMany ? images : wanted, binaries, report);
    const added = Object.fromEntries(images.map(({ reference, digest }) => [reference, digest]));
    writeFileSync(store.held, JSON.stringify({ ...(tooMany ? {} : held), ...added }, null, 2));
  });
}

/** Gives a new node's containerd a root of its own with everything that is in the store. */
export async function cloneStore(root: string): Promise<void> {
  const store = openStore();
  if (snapshotterFor(root) !== store.snapshotter || !existsSync(store.held)) return;
  await withLock(store.lock, async () => {
    const source = `${join(store.folder, "containerd")}/.`;
    // Another file system takes no links; a copy does.
    const linked = await run("cp", ["--archive", "--link", source, root], { allowed: "any" });
    if (linked.code !== 0) {
      rmSync(root, { recursive: true });
      await run("cp", ["--archive", source, root]);
    }
    // Databases are written in place: each needs its own.
    for (const database of databases(store.snapshotter)) {
      rmSync(join(root, database));
      await run("cp", ["--archive", join(source, database), join(root, database)]);
    }
  });
}

function openStore(): Store {
  const cache = cachePath();
  mkdirSync(cache, { recursive: true });
  const snapshotter = snapshotterFor(cache);
  const folder = join(cache, `containerd-${snapshotter}`);
  return { folder, held: join(folder, "images.json"), lock: `${folder}.lock`, snapshotter };
}

function databases(snapshotter: Snapshotter): string[] {
  const ofSnapshots = "io.containerd.snapshotter.v1.overlayfs/metadata.db";
  const all = ["io.containerd.metadata.v1.bolt/meta.db"];
  return snapshotter === "overlayfs"
    ? [...all, ofSnapshots]
    : [...all, ofSnapshots.replace("overlayfs", "native")];
}

function readHeld({ held }: Store): Record<string, string> {
  return existsSync(held) ? heldSchema.parse(JSON.parse(readFileSync(held, "utf8"))) : {};
}

/** Runs a containerd in namespaces of its own for as long as the import takes. */
async function unpack(
  { folder, held, snapshotter }: Store,
  images: readonly ImageArchive[],
  binaries: HostBinaries,
  report: Report,
): Promise<void> {
  // Without its list the store counts as empty, should this be cut short.
  rmSync(held, { force: true });
  for (const made of ["containerd", "config"]) mkdirSync(join(folder, made), { recursive: true });
  writeFileSync(join(folder, "config/containerd.toml"), containerdConfig({ snapshotter, pods: false }));
  const process = await launchNode({
    plan: {
      hostname: "images",
      setup: [
        ["mount", "--make-rprivate", "/"],
        ["mount", "-t", "tmpfs", "-o", "mode=0755", "kambda", "/run"],
        ["mkdir", "-p", layout.node],
        ["mount", "--bind", folder, layout.node],
      ],
      ready: layout.ready,
      processes: [
        {
          name: "containerd",
          command: ["containerd", "--config", `${layout.config}/containerd.toml`, "--log-level", "warn"],
          environment: frugal,
          log: `${layout.node}/containerd.log`,
          after: "",
        },
      ],
    },
    machine: join(binaries.folder, "machine"),
    logs: folder,
    folder,
    plug: async () => {},
  });
  try {
    await importImages({ name: "the image store", pid: process.pid, snapshotter }, images, report);
  } finally {
    await end(process);
  }
}
