import { expect, test } from "vitest";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { aFunction } from "../../kernel/testing/objects.ts";
import type { Egress } from "../egress/request.ts";
import { resolveImage } from "./image.ts";

/** A registry that knows one image, which has this ENV. */
function aRegistry(env: string[]): Egress {
  const image = { config: { Entrypoint: ["/app"], Env: env } };
  const documents: Record<string, unknown> = {
    "manifests/1": { config: { digest: "sha256:c" } },
    "blobs/sha256:c": image,
  };
  return {
    async request({ url }) {
      const found = documents[url.replace("https://registry.example/v2/app/", "")];
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(found)) };
    },
  };
}

const resolve = (env: string[], imageConfig = {}) =>
  resolveImage(
    {
      egress: aRegistry(env),
      kube: createMemoryKube(createTestClock()),
      settings: settingsSchema.parse({}),
    },
    aFunction({ imageConfig }),
    "registry.example/app:1",
  );

test("what an image's pod must not have is in its Revision, and an image without such has nothing of it there", async () => {
  expect(await resolve(["LD_PRELOAD=/lib/a.so", "STAGE=image"])).toMatchObject({
    entryPoint: ["/app"],
    variables: { LD_PRELOAD: "/lib/a.so" },
  });
  expect(await resolve(["STAGE=image"])).not.toHaveProperty("variables");
});

test("a Function that says itself what to start is not looked up, and carries nothing of the image's", async () => {
  expect(await resolve(["LD_PRELOAD=/lib/a.so"], { entryPoint: ["/own"] })).toEqual({
    uri: "registry.example/app:1",
    entryPoint: ["/own"],
  });
});
