import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { writeArchive } from "./archive.ts";
import { imageConfig, imageIndex, imageManifest } from "./oci.ts";
import type { PlannedImage } from "./plan.ts";

const sha256 = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** A ground of one layer, as an image builder saves it. */
function aLayout(folder: string): string {
  const layout = join(folder, "grounds/thing@1");
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
  const blob = (content: string) => {
    const digest = sha256(Buffer.from(content));
    writeFileSync(join(layout, "blobs", digest.replace(":", "/")), content);
    return { mediaType: "application/vnd.test", digest, size: content.length };
  };
  const layer = blob("a layer");
  const config = blob(JSON.stringify({ rootfs: { type: "layers", diff_ids: [layer.digest] } }));
  const manifest = blob(JSON.stringify({ schemaVersion: 2, config, layers: [layer] }));
  writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  return layout;
}

/** Builds an image of the files over the ground, and reads its archive back. */
async function built(files: Record<string, string>) {
  const cache = mkdtempSync(join(tmpdir(), "kambda-archive-"));
  const place = async (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o600 });
  };
  const top = Object.entries(files).map(
    ([to, text]) => [to, { digest: text, place: (path: string) => place(path, text) }] as const,
  );
  const image: PlannedImage = {
    recipe: { name: "thing", folder: "images/thing", context: [] },
    needs: { images: [] },
    context: new Map(),
    top: new Map(top),
    ground: "1",
    identity: "2",
    layout: aLayout(cache),
    archive: join(cache, "archives/thing@2.tar"),
  };
  await writeArchive({ root: "/", cache, env: {}, version: "1.2.3" }, image, () => {});
  const read = (path: string) => execFileSync("tar", ["-xOf", image.archive, path]);
  const blob = (digest: string) => read(`blobs/${digest.replace(":", "/")}`);
  const {
    manifests: [descriptor],
  } = imageIndex.parse(JSON.parse(read("index.json").toString()));
  const manifest = imageManifest.parse(JSON.parse(blob(descriptor.digest).toString()));
  const config = imageConfig.parse(JSON.parse(blob(manifest.config.digest).toString()));
  return { descriptor, manifest, config, blob, archive: readFileSync(image.archive) };
}

test("an archive names its image in full", async () => {
  const { descriptor } = await built({});
  expect(descriptor.annotations).toEqual({
    "org.opencontainers.image.ref.name": "docker.io/kambda/thing:1.2.3",
  });
});

test("an image with nothing on top has the layers of its ground", async () => {
  const { manifest, config, blob } = await built({});
  expect(manifest.layers.map(({ digest }) => blob(digest).toString())).toEqual(["a layer"]);
  expect(config.rootfs.diff_ids).toHaveLength(1);
});

test("every blob has the digest and the size its descriptor says, and the new layer its diff id", async () => {
  const { descriptor, manifest, config, blob } = await built({ "app/main.ts": "1" });
  for (const { digest, size } of [descriptor, manifest.config, ...manifest.layers]) {
    expect(sha256(blob(digest))).toBe(digest);
    expect(blob(digest)).toHaveLength(size);
  }
  expect(sha256(gunzipSync(blob(manifest.layers[1]?.digest ?? "")))).toBe(config.rootfs.diff_ids[1]);
});

test("files on top belong to root and may be read by all", async () => {
  const { manifest, blob } = await built({ "app/main.ts": "1" });
  const input = gunzipSync(blob(manifest.layers[1]?.digest ?? ""));
  const listing = execFileSync("tar", ["-tvf", "-", "--numeric-owner"], { input }).toString();
  expect(listing).toMatch(/^drwxr-xr-x 0\/0 .* app\/$/m);
  expect(listing).toMatch(/^-rw-r--r-- 0\/0 .* app\/main\.ts$/m);
});

test("equal files give an equal archive, byte for byte", async () => {
  const [one, two] = [await built({ a: "1", b: "2" }), await built({ b: "2", a: "1" })];
  expect(one.archive.equals(two.archive)).toBe(true);
});
