/** Reads what an OCI archive says of itself, without unpacking it. */
import { basename } from "node:path";
import { z } from "zod";
import { run } from "../../../program/run.ts";
import { ClusterError } from "../../provider.ts";

const referenceName = "org.opencontainers.image.ref.name";

export interface ImageArchive {
  readonly archive: string;
  /** The full name pods use. */
  readonly reference: string;
  readonly digest: string;
}

const indexSchema = z.object({
  manifests: z
    .array(z.object({ digest: z.string(), annotations: z.record(z.string(), z.string()).default({}) }))
    .length(1, "an archive of one image"),
});

export async function readArchive(archive: string): Promise<ImageArchive> {
  const index = await run("tar", ["--seek", "--extract", "--to-stdout", "--file", archive, "index.json"], {
    allowed: "any",
  });
  if (index.code !== 0) throw new ClusterError(`${archive} is no OCI archive: ${index.stderr.trim()}`);
  const [manifest] = indexSchema.parse(JSON.parse(index.stdout)).manifests;
  const reference = manifest?.annotations[referenceName] ?? "";
  // The kubelet looks for full names only; containerd stores whatever the archive says.
  if (manifest === undefined || !/^[^/]+\.[^/]+\/.+:[^/:]+$/.test(reference)) {
    throw new ClusterError(
      `${basename(archive)} names its image "${reference}": build it with a full name such as kambda.dev/thing:1`,
    );
  }
  return { archive, reference, digest: manifest.digest };
}
