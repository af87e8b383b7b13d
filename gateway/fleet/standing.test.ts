/** What an environment that joins is taken for. */
import { expect, test } from "vitest";
import { anEnvironmentPod } from "../testing/pod.ts";
import { decideStanding } from "./standing.ts";

const pool = anEnvironmentPod();
const nothing = () => undefined;

test("a pool's environment may be claimed by anyone", () => {
  expect(decideStanding(pool, { state: "unclaimed" }, nothing)).toEqual({ kind: "unclaimed" });
});

test("one whose pod was deleted before its process could hear of it is told to go", () => {
  const standing = decideStanding({ ...pool, phase: "leaving" }, { state: "unclaimed" }, nothing);
  expect(standing).toEqual({ kind: "stray", why: "its pod is being deleted" });
});

test("one of a revision that nothing runs is told to go", () => {
  const made = { ...pool, claim: "dedicated", revision: "r" } as const;
  expect(decideStanding(made, { state: "unclaimed" }, nothing)).toMatchObject({ kind: "stray" });
});
