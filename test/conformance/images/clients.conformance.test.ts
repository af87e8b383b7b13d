/** AWS's own runtime clients, unmodified and from their registries, each in an image built as its users build theirs. */
import { expect } from "bun:test";
import { runtimeClients } from "../../support/clients.ts";
import { claim } from "../harness/claim.ts";
import { startForeign } from "../harness/foreign.ts";
import { unpackedImage } from "../harness/rootfs.ts";

for (const { name, registry, image, by, error } of runtimeClients) {
  // Outside of the claim: the first time the image is built, which takes minutes.
  const unpacked = await unpackedImage(image);
  claim(`${name} of ${registry} answers, fails, and answers again in the same environment`, async () => {
    await using environment = await startForeign(unpacked);
    const first = await environment.invoke({ n: [1, "ü"] });
    expect(first.head?.functionError).toBeUndefined();
    expect(first.json).toEqual({
      event: { n: [1, "ü"] },
      id: first.requestId,
      by: expect.stringMatching(by),
    });
    const failed = await environment.invoke({ fail: true });
    expect(failed.head?.functionError).toBe("Unhandled");
    expect(failed.json).toMatchObject(error);
    const again = await environment.invoke({});
    expect(again.json).toMatchObject({ event: {}, id: again.requestId });
    expect(again.end.initMs).toBeUndefined();
  });
}
