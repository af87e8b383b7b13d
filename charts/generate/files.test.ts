import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { chart, generatedFiles } from "./files.ts";

describe("the chart's generated files are as the contract makes them (npm run generate)", () => {
  const files = generatedFiles();
  test.each([...files])("%s", (file, content) => {
    expect(readFileSync(join(chart, file), "utf8")).toBe(content);
  });

  test("no CRD is there that the contract no longer has", () => {
    const there = readdirSync(join(chart, "files/crds")).map((name) => `files/crds/${name}`);
    expect(there.filter((file) => !files.has(file))).toEqual([]);
    expect(there).toHaveLength(6);
  });
});
