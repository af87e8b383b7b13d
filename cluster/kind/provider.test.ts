import { describe, expect, test } from "vitest";
import { createContextProvider } from "../context/provider.ts";
import { createKindProvider } from "./provider.ts";

const request = { name: "providers-test", nodes: 1, archives: [] };

describe("a provider that cannot work here says what mends it", () => {
  test("kind, where Docker or kind is missing", async () => {
    const path = process.env.PATH;
    process.env.PATH = "/nowhere";
    try {
      await expect(createKindProvider().up(request, () => {})).rejects.toThrow(
        /`docker` does not answer here .*: install Docker/,
      );
    } finally {
      process.env.PATH = path;
    }
  });

  test("a context, when images are to be loaded into it", async () => {
    const images = { ...request, archives: ["/a.tar"] };
    await expect(createContextProvider("x").up(images, () => {})).rejects.toThrow(/push them to a registry/);
  });
});
