import { describe, expect, test } from "vitest";
import { loaderOf, noWayForImages } from "../context/loader.ts";
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

  test("a context of a cluster elsewhere, when images are to be loaded into it", () => {
    expect(loaderOf("prod")).toBeUndefined();
    expect(noWayForImages("prod").message).toContain("--registry registry.example.com/team");
  });

  test("a context that kind named takes images by kind", () => {
    expect(loaderOf("kind-dev")).toBeDefined();
  });
});
