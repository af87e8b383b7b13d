/** The documents of an OCI image, as far as adding a layer needs them; all else in them is carried along. */
import { z } from "zod";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const descriptor = z.looseObject({ mediaType: z.string(), digest, size: z.number() });
export type Descriptor = z.infer<typeof descriptor>;

export const imageIndex = z.looseObject({ manifests: z.tuple([descriptor]) });
export const imageManifest = z.looseObject({ config: descriptor, layers: z.array(descriptor) });
export const imageConfig = z.looseObject({
  rootfs: z.looseObject({ diff_ids: z.array(digest) }),
  history: z.array(z.looseObject({})).default([]),
});

export type ImageManifest = z.infer<typeof imageManifest>;
export type ImageConfig = z.infer<typeof imageConfig>;

/** `diffId`: the digest of the layer before compression, by which a runtime checks what it unpacked. Pure. */
export function addLayer(
  manifest: ImageManifest,
  config: ImageConfig,
  layer: Descriptor,
  diffId: string,
): { manifest: ImageManifest; config: ImageConfig } {
  const history = { created: "1970-01-01T00:00:00Z", created_by: "COPY top /" };
  return {
    manifest: { ...manifest, layers: [...manifest.layers, layer] },
    config: {
      ...config,
      rootfs: { ...config.rootfs, diff_ids: [...config.rootfs.diff_ids, diffId] },
      history: [...config.history, history],
    },
  };
}
