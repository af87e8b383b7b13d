/**
 * Puts the top layer on an image's ground and writes the archive: seconds saved at every change of a source file, since
 * an image builder would read, hash and compress hundreds of unchanged megabytes anew.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { run } from "../../program/run.ts";
import { placeAll } from "./context.ts";
import { storedReference } from "./names.ts";
import { addLayer, type Descriptor, imageConfig, imageIndex, imageManifest } from "./oci.ts";
import type { PlannedImage } from "./plan.ts";
import type { Report, Workspace } from "./workspace.ts";

/** Equal files give an equal layer: sorted, nobody's, of no date. */
const plain = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=gnu"];

export async function writeArchive(workspace: Workspace, image: PlannedImage, report: Report): Promise<void> {
  const { name } = image.recipe;
  const staging = join(workspace.cache, "context", `${name}.top`);
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(join(staging, "blobs/sha256"), { recursive: true });
  const read = (digest: string): unknown => JSON.parse(readFileSync(blobPath(image.layout, digest), "utf8"));
  const index = imageIndex.parse(JSON.parse(readFileSync(join(image.layout, "index.json"), "utf8")));
  const {
    manifests: [ground],
  } = index;
  let manifest = imageManifest.parse(read(ground.digest));
  const carried = manifest.layers.map(({ digest }) => digest);
  let config = imageConfig.parse(read(manifest.config.digest));
  if (image.top.size > 0) {
    const tar = await topLayer(image, staging, report);
    const layer = writeBlob(staging, gzipSync(tar), "application/vnd.oci.image.layer.v1.tar+gzip");
    ({ manifest, config } = addLayer(manifest, config, layer, sha256(tar)));
  }
  const written = writeBlob(staging, JSON.stringify(config), manifest.config.mediaType);
  const top = writeBlob(staging, JSON.stringify({ ...manifest, config: written }), ground.mediaType);
  const annotations = { "org.opencontainers.image.ref.name": storedReference(name, workspace.version) };
  writeFileSync(
    join(staging, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...top, annotations }] }),
  );
  writeFileSync(join(staging, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));

  mkdirSync(dirname(image.archive), { recursive: true });
  const archive = `${image.archive}.${process.pid}`;
  const own = ["--directory", staging, "oci-layout", "index.json", "blobs"];
  const from = ["--directory", image.layout, ...carried.map((digest) => blobPath("", digest))];
  await run("tar", ["--create", ...plain, "--file", archive, ...own, ...from]);
  renameSync(archive, image.archive);
  rmSync(staging, { recursive: true, force: true });
  report(`${name}: wrote ${image.archive}`);
}

/** The layer as an uncompressed tar. */
async function topLayer(image: PlannedImage, staging: string, report: Report): Promise<Buffer> {
  const files = join(staging, "top");
  mkdirSync(files);
  await placeAll(image.top, files, (line) => report(`${image.recipe.name}: ${line}`));
  const tar = join(staging, "top.tar");
  const modes = "--mode=u=rwX,go=rX";
  await run("tar", [
    "--create",
    ...plain,
    modes,
    "--file",
    tar,
    "--directory",
    files,
    ...readdirSync(files).sort(),
  ]);
  return readFileSync(tar);
}

function writeBlob(staging: string, content: string | Buffer, mediaType: string): Descriptor {
  const bytes = Buffer.from(content);
  const digest = sha256(bytes);
  writeFileSync(blobPath(staging, digest), bytes);
  return { mediaType, digest, size: bytes.length };
}

function blobPath(layout: string, digest: string): string {
  return join(layout, "blobs", digest.replace(":", "/"));
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
