/** Imports OCI archives into the containerd of every node that lacks them. */
import { basename } from "node:path";
import { z } from "zod";
import { ClusterError, type Report } from "../provider.ts";
import { layout } from "./node/layout.ts";
import { clusterPaths } from "./paths.ts";
import { isAlive } from "./process.ts";
import { attempt, run } from "./run.ts";
import { readState } from "./state.ts";
import { until } from "./wait.ts";

const containerdSeconds = 60;
const referenceName = "org.opencontainers.image.ref.name";

export async function loadImages(name: string, archives: readonly string[], report: Report): Promise<void> {
  const state = readState(clusterPaths(name));
  if (state === undefined)
    throw new ClusterError(`there is no cluster ${name} to load images into: start it first`);
  const images = await Promise.all(archives.map(readArchive));
  const nodes = state.nodes.filter((node) => isAlive(node.process));
  await Promise.all(nodes.map((node) => loadInto(node.name, node.process.pid, images, report)));
}

interface Image {
  readonly archive: string;
  readonly reference: string;
  readonly digest: string;
}

async function loadInto(node: string, pid: number, images: readonly Image[], report: Report): Promise<void> {
  const ctr = ["nsenter", "--target", String(pid), "--mount", "ctr", "--address", layout.containerdSocket];
  const inNamespace = [...ctr, "--namespace", "k8s.io"];
  const list = await until(`containerd of ${node} (see containerd.log)`, containerdSeconds, async () => {
    const listed = await attempt([...inNamespace, "images", "list"]);
    return listed.code === 0 ? listed.output : undefined;
  });
  // The list's columns are reference, type, digest.
  const present = new Set(
    list
      .split("\n")
      .map((line) => line.split(/\s+/))
      .map(([reference, , digest]) => `${reference} ${digest}`),
  );
  // One after another: they share layers, which are then unpacked once.
  for (const { archive, reference, digest } of images) {
    if (present.has(`${reference} ${digest}`)) continue;
    report({ step: "loading images", detail: `${reference} into ${node}` });
    await run([...inNamespace, "images", "import", archive]);
  }
}

const indexSchema = z.object({
  manifests: z
    .array(z.object({ digest: z.string(), annotations: z.record(z.string(), z.string()).default({}) }))
    .length(1, "an archive of one image"),
});

async function readArchive(archive: string): Promise<Image> {
  const index = await attempt(["tar", "--seek", "--extract", "--to-stdout", "--file", archive, "index.json"]);
  if (index.code !== 0) throw new ClusterError(`${archive} is no OCI archive: ${index.errors.trim()}`);
  const [manifest] = indexSchema.parse(JSON.parse(index.output)).manifests;
  const reference = manifest?.annotations[referenceName] ?? "";
  // The kubelet looks for full names only; containerd stores whatever the archive says.
  if (manifest === undefined || !/^[^/]+\.[^/]+\/.+:[^/:]+$/.test(reference)) {
    throw new ClusterError(
      `${basename(archive)} names its image "${reference}": build it with a full name such as kambda.dev/thing:1`,
    );
  }
  return { archive, reference, digest: manifest.digest };
}
