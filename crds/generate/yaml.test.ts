/** What is committed in `crds/yaml/` is what the schemas say. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { yamlFiles } from "./yaml.ts";

const folder = join(import.meta.dirname, "..", "yaml");

test.each(yamlFiles())("$name is up to date (npm run generate)", ({ name, text }) => {
  expect(readFileSync(join(folder, name), "utf8")).toBe(text);
});

test("no definition is left of a kind that is gone", () => {
  expect(readdirSync(folder).sort()).toEqual(
    yamlFiles()
      .map(({ name }) => name)
      .sort(),
  );
});
