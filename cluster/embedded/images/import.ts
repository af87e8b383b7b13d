/** Imports images into one containerd, which runs in the mount namespace of a process. */
import { run } from "../../../program/run.ts";
import { ClusterError, type Report } from "../../provider.ts";
import { layout } from "../node/layout.ts";
import type { Snapshotter } from "../node/snapshotter.ts";
import { until } from "../wait.ts";
import type { ImageArchive } from "./archive.ts";

const containerdSeconds = 60;

/**
 * An image imported anew under its name leaves layers behind. Containerd collects them in its own time, and now and then one
 * that the next import has just found there: it says so, and unpacks it the next time.
 */
const triesMax = 4;
const collectedMeanwhile = /parent snapshot \S+ does not exist/;

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
    await importOne([...ctr, "import", "--snapshotter", into.snapshotter, archive]);
  }
}

async function importOne(words: readonly string[], triesLeft = triesMax - 1): Promise<void> {
  const ended = await run("nsenter", words, { allowed: triesLeft > 0 ? "any" : [0] });
  if (ended.code === 0) return;
  if (collectedMeanwhile.test(ended.stderr)) return importOne(words, triesLeft - 1);
  throw new ClusterError(`${words.at(-1)} cannot be imported: ${ended.stderr.trim()}`);
}
