import { expect, test } from "vitest";
import { createPeak } from "./peak.ts";

/** As the kernel writes it, in kilobytes. */
const status = (most: number, anonymous: number, files: number, shared = 0) =>
  [
    "Name:\tnode",
    `VmHWM:\t${most} kB`,
    `VmRSS:\t${anonymous + files + shared} kB`,
    `RssAnon:\t${anonymous} kB`,
    `RssFile:\t${files} kB`,
    `RssShmem:\t${shared} kB`,
    "",
  ].join("\n");

test("files are not held: a program's text is nothing the function takes", () => {
  expect(createPeak()(status(140, 90, 50))).toBe(90);
});

test("what was held between two looks is remembered", () => {
  const peakOf = createPeak();
  expect(peakOf(status(90, 40, 50))).toBe(40);
  expect(peakOf(status(190, 40, 50))).toBe(140);
});

test("shared pages count, and files that were seen and are gone do not come back as memory", () => {
  const peakOf = createPeak();
  expect(peakOf(status(300, 40, 240, 20))).toBe(60);
  expect(peakOf(status(300, 70, 10, 20))).toBe(90);
});

test("a process that is gone says nothing, and its peak stays", () => {
  const peakOf = createPeak();
  peakOf(status(140, 90, 50));
  expect(peakOf("")).toBe(90);
});
