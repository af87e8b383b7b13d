import { expect, test } from "vitest";
import { parse } from "./tally.ts";

test("counts what passed and says of what failed where it is and what came, skipped ones in neither", () => {
  const xml = `<testsuites><testsuite>
    <testcase name="a" classname="x" time="0.1"/>
    <testcase name="b" classname="x"></testcase>
    <testcase name="c &gt; d" classname="x" file="t.ts"><failure message="no">expected &quot;1&quot;&#10;got 2</failure></testcase>
    <testcase name="e" classname="x"><error message="it broke"/></testcase>
    <testcase name="d" classname="x"><skipped/></testcase>
  </testsuite></testsuites>`;
  expect(parse(xml)).toEqual({
    passed: 2,
    failed: 2,
    failures: [
      { name: "t.ts > x > c > d", file: "t.ts", said: 'expected "1"\ngot 2' },
      { name: "x > e", said: "it broke" },
    ],
    unsteady: [],
  });
});
