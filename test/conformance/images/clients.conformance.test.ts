/** AWS's own runtime clients, unmodified and from their registries, each in an image built as its users build theirs. */
import { expect } from "bun:test";
import { claim } from "../harness/claim.ts";
import { startForeign } from "../harness/foreign.ts";
import { unpackedImage } from "../harness/rootfs.ts";

interface Client {
  /** Where it comes from. */
  registry: string;
  image: string;
  /** What its handler says of who called it. */
  by: RegExp;
  error: { errorType: string; errorMessage: string };
}

const clients: Record<string, Client> = {
  awslambdaric: {
    registry: "PyPI",
    image: "test-python-ric",
    by: /^awslambdaric$/,
    error: { errorType: "ValueError", errorMessage: "told to" },
  },
  "aws-lambda-ric": {
    registry: "npm",
    image: "test-node-ric",
    by: /\/function\/node_modules\/(\.bin\/aws-lambda-ric|aws-lambda-ric\/.*\.mjs)$/,
    error: { errorType: "RangeError", errorMessage: "told to" },
  },
  "aws-lambda-java-runtime-interface-client": {
    registry: "Maven",
    image: "test-java-ric",
    by: /^com\.amazonaws\.services\.lambda\.runtime\.api\.client\.AWSLambda App::handle$/,
    error: { errorType: "java.lang.IllegalStateException", errorMessage: "told to" },
  },
  lambda_runtime: {
    registry: "crates",
    image: "test-rust",
    by: /^lambda_runtime$/,
    error: {
      errorType: "&alloc::boxed::Box<dyn core::error::Error + core::marker::Send + core::marker::Sync>",
      errorMessage: "told to",
    },
  },
};

for (const [name, { registry, image, by, error }] of Object.entries(clients)) {
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
