import { expect, test } from "vitest";
import { parse } from "./tally.ts";

test("counts what passed and names what failed, skipped ones in neither", () => {
  const xml = `<testsuites><testsuite>
    <testcase name="a" classname="x" time="0.1"/>
    <testcase name="b" classname="x"></testcase>
    <testcase name="c" classname="x"><failure message="no">trace</failure></testcase>
    <testcase name="d" classname="x"><skipped/></testcase>
  </testsuite></testsuites>`;
  expect(parse(xml)).toEqual({ passed: 2, failed: 1, failures: ["c"] });
});
