import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { availableRuntimes } from "../crds/runtimes.ts";
import { runtimeImages } from "../runtime-image/images/table.ts";
import { images } from "./table.ts";

const root = join(import.meta.dirname, "..");

test("each runtime that can be used has an image, and each runtime's image a runtime", () => {
  const usable = availableRuntimes.map(({ image }) => image);
  const built = runtimeImages.map(({ name }) => name).filter((name) => name.startsWith("runtime-"));
  expect(built.sort()).toEqual(usable.sort());
});

test("no two images share a name", () => {
  expect(new Set(images.map(({ name }) => name)).size).toBe(images.length);
});

describe.each(images)("the Dockerfile of $name", ({ folder, context, top }) => {
  const dockerfile = readFileSync(join(root, folder, "Dockerfile"), "utf8");
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = ""]) =>
    files.split(" "),
  );

  test("copies what its recipe puts into the build context, and nothing else", () => {
    const given = [...context.map(({ to }) => to), ...(top === undefined ? [] : ["top"])];
    expect(copied.sort()).toEqual(given.sort());
  });

  test("copies what goes on top last, as our builder does", () => {
    const copies = dockerfile.split("\n").filter((line) => /^(COPY|ADD|RUN) /.test(line));
    if (top !== undefined) expect(copies.at(-1)).toBe("COPY top /");
  });

  test("does not run as root", () => {
    expect(dockerfile).toMatch(/^USER [1-9][0-9]*:[1-9][0-9]*$/m);
  });
});
