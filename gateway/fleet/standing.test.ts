/** What an environment that joins is taken for. */
import { expect, test } from "vitest";
import type { Callable } from "../catalog/callable.ts";
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

test("one that says it was assigned another revision than its pod's label is told to go, though both are run", () => {
  const claimed = { ...pool, claim: "claimed", revision: "labelled" } as const;
  const run = (key: string) => ({ functionVersion: key }) as Callable;
  const standing = (revision: string) => decideStanding(claimed, { state: "assigned", revision }, run);
  expect(standing("said")).toEqual({ kind: "stray", why: "its pod belongs to labelled, not said" });
  expect(standing("labelled")).toEqual({ kind: "assigned", callable: run("team/labelled") });
});
