import { expect, test } from "vitest";
import { type ImageInputs, imageIdentity } from "./identity.ts";

const inputs: ImageInputs = {
  name: "runtime-python3.11",
  version: "0.1.0",
  folderDigest: "f",
  args: { PYTHON: "3.11", BASE: "debian:bookworm-slim" },
  base: "b",
  on: { SUPERVISOR: "s" },
  context: { bootstrap: "c1", "rootfs.sh": "c2" },
};

test("the order in which inputs are written does not matter", () => {
  const reordered = { ...inputs, context: { "rootfs.sh": "c2", bootstrap: "c1" } };
  expect(imageIdentity(reordered)).toBe(imageIdentity(inputs));
});

const changes: { [Input in keyof ImageInputs]: ImageInputs[Input] } = {
  name: "runtime-python3.13",
  version: "0.1.1",
  folderDigest: "g",
  args: { PYTHON: "3.13", BASE: "debian:bookworm-slim" },
  base: "c",
  on: { SUPERVISOR: "t" },
  context: { bootstrap: "c2", "rootfs.sh": "c1" },
};

test.each(Object.entries(changes))("another %s is another image", (input, value) => {
  expect(imageIdentity({ ...inputs, [input]: value })).not.toBe(imageIdentity(inputs));
});
