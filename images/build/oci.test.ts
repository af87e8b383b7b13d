import { expect, test } from "vitest";
import { addLayer, imageConfig, imageIndex, imageManifest } from "./oci.ts";

const sha = (digit: string) => `sha256:${digit.repeat(64)}`;
const descriptor = (digit: string) => ({ mediaType: "m", digest: sha(digit), size: 1 });
const manifest = imageManifest.parse({
  schemaVersion: 2,
  config: descriptor("c"),
  layers: [descriptor("1")],
});
const config = imageConfig.parse({
  config: { Entrypoint: ["/a"] },
  rootfs: { type: "layers", diff_ids: [sha("a")] },
  history: [{ created_by: "RUN" }],
});

test("a layer goes last in the manifest and in the config, and nothing else changes", () => {
  const added = addLayer(manifest, config, descriptor("2"), sha("b"));
  expect(added.manifest).toEqual({ ...manifest, layers: [descriptor("1"), descriptor("2")] });
  expect(added.config.rootfs).toEqual({ type: "layers", diff_ids: [sha("a"), sha("b")] });
  expect(added.config.config).toEqual({ Entrypoint: ["/a"] });
  expect(added.config.history).toHaveLength(2);
});

test("an index of several images is refused", () => {
  const several = { manifests: [descriptor("1"), descriptor("2")] };
  expect(imageIndex.safeParse(several).success).toBe(false);
});
