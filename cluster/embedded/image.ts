/**
 * The one image a node always has, written by hand as an OCI archive because it is two static programs and
 * nothing else: `/pause` holds a pod's namespaces, `/probe` is for the cluster's own checks. CoreDNS runs in it
 * too, from a folder of the node.
 */
import { createHash } from "node:crypto";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { pack } from "tar-stream";

export const nodeImageName = "kambda.dev/node:1";

interface Entry {
  readonly name: string;
  readonly content: Buffer;
  readonly mode?: number;
}

export async function nodeImageArchive(folder: string, destination: string): Promise<void> {
  const programs = ["pause", "probe"].map((name) => ({
    name,
    content: readFileSync(join(folder, name)),
    mode: 0o755,
  }));
  const layer = await tar(programs);
  const config = json({
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    os: "linux",
    config: { Entrypoint: ["/pause"], User: "65535:65535" },
    rootfs: { type: "layers", diff_ids: [digest(layer)] },
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: described("application/vnd.oci.image.config.v1+json", config),
    layers: [described("application/vnd.oci.image.layer.v1.tar", layer)],
  });
  const index = json({
    schemaVersion: 2,
    manifests: [
      {
        ...described("application/vnd.oci.image.manifest.v1+json", manifest),
        annotations: { "org.opencontainers.image.ref.name": nodeImageName },
      },
    ],
  });
  const blobs = [layer, config, manifest].map((content) => ({
    name: `blobs/sha256/${digest(content).slice("sha256:".length)}`,
    content,
  }));
  const archive = await tar([
    { name: "oci-layout", content: json({ imageLayoutVersion: "1.0.0" }) },
    { name: "index.json", content: index },
    ...blobs,
  ]);
  const file = createWriteStream(destination);
  file.end(archive);
  await finished(file);
}

function described(mediaType: string, content: Buffer) {
  return { mediaType, digest: digest(content), size: content.length };
}

function digest(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

async function tar(entries: readonly Entry[]): Promise<Buffer> {
  const packing = pack();
  // A fixed time, so that the same programs give the same digest.
  for (const { name, content, mode = 0o644 } of entries)
    packing.entry({ name, mode, mtime: new Date(0) }, content);
  packing.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packing) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
