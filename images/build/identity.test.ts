import { describe, expect, test } from "vitest";
import { type GroundInputs, groundIdentity, type ImageInputs, imageIdentity } from "./identity.ts";

const ground: GroundInputs = {
  name: "runtime-python3.11",
  folderDigest: "f",
  args: { PYTHON: "3.11", BASE: "debian:bookworm-slim" },
  base: "b",
  on: { SUPERVISOR: "s" },
  context: { bootstrap: "c1", "rootfs.sh": "c2" },
};
const image: ImageInputs = { ground: "g", version: "0.1.0", top: { a: "1", b: "2" } };

describe("a ground", () => {
  test("is the same in whatever order its inputs are written", () => {
    const reordered = { ...ground, context: { "rootfs.sh": "c2", bootstrap: "c1" } };
    expect(groundIdentity(reordered)).toBe(groundIdentity(ground));
  });

  const changes: { [Input in keyof GroundInputs]: GroundInputs[Input] } = {
    name: "runtime-python3.13",
    folderDigest: "g",
    args: { PYTHON: "3.13", BASE: "debian:bookworm-slim" },
    base: "c",
    on: { SUPERVISOR: "t" },
    context: { bootstrap: "c2", "rootfs.sh": "c1" },
  };

  test.each(Object.entries(changes))("with another %s is another ground", (input, value) => {
    expect(groundIdentity({ ...ground, [input]: value })).not.toBe(groundIdentity(ground));
  });
});

describe("an image", () => {
  const changes: { [Input in keyof ImageInputs]: ImageInputs[Input] } = {
    ground: "h",
    version: "0.1.1",
    top: { a: "2", b: "1" },
  };

  test.each(Object.entries(changes))("with another %s is another image", (input, value) => {
    expect(imageIdentity({ ...image, [input]: value })).not.toBe(imageIdentity(image));
  });
});
