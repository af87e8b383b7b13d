import { expect, test } from "vitest";
import { lackOf, type Machine } from "./preflight.ts";

const able: Machine = {
  platform: "linux",
  isRoot: true,
  cache: "/var/cache/kambda",
  freeBytes: 8 * 1024 ** 3,
};

test("a machine that can run the cluster lacks nothing", () => {
  expect(lackOf(able)).toBeUndefined();
});

test.each<[string, Partial<Machine>, string, string[]]>([
  ["another system", { platform: "darwin", isRoot: false }, "needs Linux", ["`npm start -- --cluster kind`"]],
  ["another user", { isRoot: false, freeBytes: 0 }, "needs root", ["sudo", "`npm start -- --context NAME`"]],
  [
    "a full disk",
    { freeBytes: 8 * 1024 ** 3 - 1e9 },
    "7.1 GB are free where /var/cache/kambda lies and 8 are needed",
    ["`KAMBDA_CACHE=/path/on/a/larger/disk npm start`"],
  ],
])("%s is named, first things first, with what mends it", (_, over, lack, mends) => {
  const said = lackOf({ ...able, ...over });
  for (const part of [lack, ...mends]) expect(said).toContain(part);
});
