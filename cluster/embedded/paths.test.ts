import { describe, expect, test } from "vitest";
import { cachePath, clusterPaths } from "./paths.ts";

describe("a cluster's name", () => {
  test.each(["", "Upper", "a/../../etc", "-a", "a-", "9a", "a".repeat(31)])(
    "%j is refused with the rule",
    (name) => {
      expect(() => clusterPaths(name)).toThrow(/lower-case letters, digits and dashes/);
    },
  );
  test("is a folder of the checkout's state", () => {
    expect(clusterPaths("kambda").root).toMatch(/\.kambda\/kambda$/);
  });
});

describe("the cache", () => {
  test("is where KAMBDA_CACHE says, else XDG's, else the home's", () => {
    expect(cachePath({ KAMBDA_CACHE: "/a", XDG_CACHE_HOME: "/b", HOME: "/c" })).toBe("/a");
    expect(cachePath({ XDG_CACHE_HOME: "/b", HOME: "/c" })).toBe("/b/kambda");
    expect(cachePath({ HOME: "/c" })).toBe("/c/.cache/kambda");
  });
});
