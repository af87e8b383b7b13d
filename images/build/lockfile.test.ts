import { expect, test } from "vitest";
import { type LockedPackages, productionDigest } from "./lockfile.ts";

const packages: LockedPackages = {
  "": { version: "0.1.0" },
  "node_modules/zod": { version: "4.0.0", integrity: "sha512-a" },
  "node_modules/vitest": { version: "4.0.0", integrity: "sha512-b", dev: true },
};

test("development tools are no part of the production dependencies", () => {
  const { "node_modules/vitest": _, ...production } = packages;
  expect(productionDigest(production)).toBe(productionDigest(packages));
});

test("the project's own version is no part of them either", () => {
  expect(productionDigest({ ...packages, "": { version: "0.2.0" } })).toBe(productionDigest(packages));
});

test("another version of a production dependency is another set", () => {
  const newer = { ...packages, "node_modules/zod": { version: "4.0.1", integrity: "sha512-c" } };
  expect(productionDigest(newer)).not.toBe(productionDigest(packages));
});
