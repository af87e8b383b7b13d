/** What an environment that joins is taken for. */
import { expect, test } from "vitest";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { decideStanding } from "./standing.ts";

const pool: EnvironmentPod = {
  namespace: "team",
  name: "pool-1",
  uid: "uid-1",
  createdAtMs: 0,
  shape: "s",
  claim: "pool",
  revision: undefined,
  isProvisioned: false,
  scheduled: true,
  phase: "running",
  trouble: undefined,
};
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
