/** Imports images into one containerd, which runs in the mount namespace of a process. */
import { run } from "../../../program/run.ts";
import type { Report } from "../../provider.ts";
import { layout } from "../node/layout.ts";
import type { Snapshotter } from "../node/snapshotter.ts";
import { until } from "../wait.ts";
import type { ImageArchive } from "./archive.ts";

const containerdSeconds = 60;

export interface Containerd {
  readonly name: string;
  readonly pid: number;
  readonly snapshotter: Snapshotter;
}

/** Images it has by the same name and digest are left alone. */
export async function importImages(
  into: Containerd,
  images: readonly ImageArchive[],
  report: Report,
): Promise<void> {
  const inside = ["--target", String(into.pid), "--mount"];
  const ctr = [...inside, "ctr", "--address", layout.containerdSocket, "--namespace", "k8s.io", "images"];
  const list = await until(`containerd of ${into.name} (see containerd.log)`, containerdSeconds, async () => {
    const listed = await run("nsenter", [...ctr, "list"], { allowed: "any" });
    return listed.code === 0 ? listed.stdout : undefined;
  });
  // The list's columns are reference, type, digest.
  const rows = list.split("\n").map((line) => line.split(/\s+/));
  const present = new Set(rows.map(([reference, , digest]) => `${reference} ${digest}`));
  // One after another: they share layers, which are then unpacked once.
  for (const { archive, reference, digest } of images) {
    if (present.has(`${reference} ${digest}`)) continue;
    report({ step: "loading images", detail: `${reference} into ${into.name}` });
    await run("nsenter", [...ctr, "import", "--snapshotter", into.snapshotter, archive]);
  }
}
