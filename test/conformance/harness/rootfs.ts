/** An image as a folder, for supervisors that run in it without a cluster: built if need be, unpacked once. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { z } from "zod";
import { imageCache } from "../../../images/build/machine.ts";
import { type ImageManifest, imageIndex, imageManifest } from "../../../images/build/oci.ts";
import { buildImages } from "../../../images/build.ts";
import { run } from "../../../program/run.ts";

export interface UnpackedImage {
  /** The image's root, for nobody to write to. */
  rootfs: string;
  entryPoint: string[];
  command: string[];
  workingDirectory: string | undefined;
  variables: Record<string, string>;
}

const configSchema = z.object({
  config: z.object({
    Entrypoint: z.array(z.string()).default([]),
    Cmd: z.array(z.string()).default([]),
    WorkingDir: z.string().default(""),
    Env: z.array(z.string()).default([]),
  }),
});

/** The image with this short name, unpacked, and what it starts by itself. */
export async function unpackedImage(name: string): Promise<UnpackedImage> {
  const rootfs = await rootfsOf(name);
  const { config } = configSchema.parse(readJson(`${rootfs}.json`));
  return {
    rootfs,
    entryPoint: config.Entrypoint,
    command: config.Cmd,
    // As the operator reads it: none stays none, and is the root then.
    workingDirectory: config.WorkingDir === "" ? undefined : config.WorkingDir,
    variables: Object.fromEntries(
      config.Env.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    ),
  };
}

/** The folder of the image with this short name. */
export async function rootfsOf(name: string): Promise<string> {
  const { images } = await buildImages({ only: [name], report: (line) => console.error(line) });
  const archive = images[name]?.archive;
  if (archive === undefined) throw new Error(`there is no image ${name}`);
  const folder = join(imageCache(process.env), "rootfs", basename(archive, ".tar"));
  if (existsSync(folder)) return folder;
  for (const old of existsSync(dirname(folder)) ? readdirSync(dirname(folder)) : [])
    if (old.startsWith(`${name}@`)) rmSync(join(dirname(folder), old), { recursive: true });
  const staging = `${folder}.${process.pid}`;
  mkdirSync(join(staging, "layers"), { recursive: true });
  mkdirSync(join(staging, "root"));
  await run("tar", ["--extract", "--file", archive, "--directory", join(staging, "layers")]);
  for (const digest of layersOf(join(staging, "layers")))
    await unpack(join(staging, "layers"), digest, join(staging, "root"));
  writeFileSync(`${folder}.json`, JSON.stringify(configOf(join(staging, "layers"))));
  renameSync(join(staging, "root"), folder);
  rmSync(staging, { recursive: true });
  return folder;
}

const blob = (layout: string, digest: string): string => join(layout, "blobs", digest.replace(":", "/"));
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

function manifestOf(layout: string): ImageManifest {
  const { manifests } = imageIndex.parse(readJson(join(layout, "index.json")));
  return imageManifest.parse(readJson(blob(layout, manifests[0].digest)));
}

const layersOf = (layout: string): string[] => manifestOf(layout).layers.map(({ digest }) => digest);
const configOf = (layout: string): unknown => readJson(blob(layout, manifestOf(layout).config.digest));

/** What a layer takes away of those below it, it marks with `.wh.` before the name. */
const mark = /^(.*\/)?\.wh\.([^/]+)$/;

async function unpack(layout: string, digest: string, root: string): Promise<void> {
  const bytes = readFileSync(blob(layout, digest));
  const tar = join(layout, "layer.tar");
  writeFileSync(tar, bytes[0] === 0x1f ? gunzipSync(bytes) : zstdDecompressSync(bytes));
  const names = (await run("tar", ["--list", "--file", tar])).stdout.split("\n");
  const gone = names.flatMap((name) => {
    const [, folder = "", file] = mark.exec(name) ?? [];
    return file === undefined ? [] : [join(root, folder, file)];
  });
  for (const path of gone) rmSync(path, { recursive: true, force: true });
  await run("tar", [
    "--extract",
    "--file",
    tar,
    "--directory",
    root,
    "--exclude",
    ".wh.*",
    "--exclude",
    "dev/*",
  ]);
}
