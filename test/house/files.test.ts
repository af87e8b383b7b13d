/** The size of a file: what does not fit a few screens is two things (CONTRIBUTING.md, "How the code reads"). Tests may list more cases. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const linesMax = 300;
const linesMedianMax = 100;

const files = globSync(
  "{bin,charts,cluster,crds,examples,gateway,images,kernel,operator,program,runtime-image,start,test}/**/*.{ts,mjs,go,py,rb}",
  {
    cwd: root,
    exclude: (name) => name.includes("node_modules") || name.includes(".test.") || name.includes("_test."),
  },
).map((file) => ({ file, lines: readFileSync(join(root, file), "utf8").split("\n").length - 1 }));

test(`no file but a test is longer than ${linesMax} lines`, () => {
  const longer = files.filter(({ lines }) => lines > linesMax);
  expect(longer.map(({ file, lines }) => `${file} has ${lines}`)).toEqual([]);
});

test(`half of the files have ${linesMedianMax} lines at most`, () => {
  const sorted = files.map(({ lines }) => lines).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(linesMedianMax);
});
