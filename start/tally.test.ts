import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { stateFolder } from "./paths.ts";
import { parse, tallyOf } from "./tally.ts";

test("counts what passed and says of what failed where it is and what came, skipped ones in neither", () => {
  const xml = `<testsuites><testsuite>
    <testcase name="a" classname="x" time="0.1"/>
    <testcase name="b" classname="x"></testcase>
    <testcase name="c &gt; d" classname="x" file="t.ts"><failure message="no">expected &quot;1&quot;&#10;got 2</failure></testcase>
    <testcase classname="gateway/u.test.ts" name="f"><failure>late</failure></testcase>
    <testcase name="e" classname="x"><error message="it broke"/></testcase>
    <testcase name="d" classname="x"><skipped/></testcase>
  </testsuite></testsuites>`;
  expect(parse(xml)).toEqual({
    passed: 2,
    failed: 3,
    failures: [
      { name: "t.ts > x > c > d", file: "t.ts", said: 'expected "1"\ngot 2' },
      { name: "gateway/u.test.ts > f", file: "gateway/u.test.ts", said: "late" },
      { name: "x > e", said: "it broke" },
    ],
    unsteady: [],
  });
});

const finished = (code: number) => ({ code, stdout: "", stderr: "it broke" });
const report = `<testsuites><testcase name="a" classname="x.test.ts"/></testsuites>`;
const name = `tally-${process.pid}`;
const tallyWith = (code: number, text?: string) =>
  tallyOf(name, async (outputFile) => {
    if (text !== undefined) await writeFile(outputFile, text);
    return finished(code);
  });
afterAll(() => rm(join(stateFolder, "reports", `${name}.xml`), { force: true }));

test("what a runner reports is what counts when it ended well", async () => {
  expect(await tallyWith(0, report)).toMatchObject({ passed: 1, failed: 0, failures: [] });
});

test.each<[string, number, string | undefined, string]>([
  ["ends badly and names no failed test", 1, report, "the runner ended with 1 and named no failed test"],
  ["dies without a report", 139, undefined, "the runner ended with 139 and wrote no report"],
  ["ends well without a report", 0, undefined, "the runner ended with 0 and wrote no report"],
])(
  "a runner that %s is a failure in no file, whatever the run before reported",
  async (_, code, text, said) => {
    await tallyWith(0, report);
    const { failed, failures } = await tallyWith(code, text);
    expect(failed).toBe(1);
    expect(failures).toEqual([{ name: `${name}: ${said}`, said: expect.stringContaining("it broke") }]);
  },
);
