import { describe, expect, test } from "vitest";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { archiveObject, zipObject } from "../../kernel/store/names.ts";
import type { StoredObject } from "../../kernel/store/store.ts";
import { aFunction, aLayerVersion, aPod, aRevision } from "../../kernel/testing/objects.ts";
import { podSchema } from "../pod/view.ts";
import { type ObjectsObserved, planObjects, storedKeptMs } from "./objects.ts";
import { failureKeptMs, pendingMsMax, planPods } from "./pods.ts";
import { planRevisions, previousKeptMs, supersededMsMin } from "./revisions.ts";

const settings = settingsSchema.parse({});
const nowMs = Date.UTC(2026, 0, 2);
const ago = (ms: number) => new Date(nowMs - ms).toISOString();
const pod = (over: Parameters<typeof aPod>[0]) => podSchema.parse(aPod(over));
const names = (all: { metadata: { name: string } }[]) => all.map((one) => one.metadata.name);

describe("pods", () => {
  test("that left in order go at once", () => {
    expect(names(planPods([pod({ name: "p", phase: "Succeeded" })], nowMs, settings).remove)).toEqual(["p"]);
  });
  test("that live, wait or are being deleted are left alone", () => {
    const pods = [
      pod({ name: "a", phase: "Running" }),
      pod({ name: "b", phase: "Pending" }),
      pod({ name: "c", phase: "Succeeded", deletionTimestamp: ago(0) }),
    ];
    expect(planPods(pods, nowMs, settings)).toEqual({ remove: [], againMs: undefined });
  });
  test("whose init failed are kept for a look, and not longer", () => {
    const failed = (ms: number) =>
      pod({ name: "p", phase: "Failed", claim: "dedicated", finishedAt: ago(ms) });
    expect(planPods([failed(599_000)], nowMs, settings)).toEqual({ remove: [], againMs: 1000 });
    expect(names(planPods([failed(600_000)], nowMs, settings).remove)).toEqual(["p"]);
  });
  test("made for a request that never began to run go after a while, others that wait do not", () => {
    const pending = (name: string, claim: "pool" | "dedicated", ms: number) =>
      pod({ name, phase: "Pending", claim, creationTimestamp: ago(ms) });
    const pods = [
      pending("pooled", "pool", 1e9),
      pending("young", "dedicated", pendingMsMax - 1_000),
      pending("stuck", "dedicated", pendingMsMax),
    ];
    const { remove, againMs } = planPods(pods, nowMs, settings);
    expect([names(remove), againMs]).toEqual([["stuck"], 1_000]);
  });
  test("that failed in a pool stay as long as they hold it back", () => {
    const impatient = settingsSchema.parse({ environments: { failedInitKeptSeconds: 0 } });
    const failed = pod({ name: "p", phase: "Failed", claim: "pool", finishedAt: ago(1000) });
    expect(planPods([failed], nowMs, impatient)).toEqual({ remove: [], againMs: failureKeptMs - 1000 });
  });
});

describe("Revisions", () => {
  const owner = { apiVersion: "kambda.dev/v1alpha1", kind: "Function", name: "hello", uid: "f" };
  const revision = (name: string, kind = "Function", madeAgoMs = 1e9) =>
    aRevision({}, { name, creationTimestamp: ago(madeAgoMs), ownerReferences: [{ ...owner, kind }] });
  const of = (status: object) =>
    aFunction({}, { uid: "f", generation: 2 }, { observedGeneration: 2, revision: "now", ...status });
  const long = { lastModified: ago(previousKeptMs + 1) };
  const observed = {
    nowMs,
    functions: [of(long)],
    revisions: [revision("now"), revision("before")],
    pods: [],
  };

  test("that were superseded long ago go, the serving one stays", () => {
    expect(names(planRevisions(observed))).toEqual(["before"]);
  });
  test("that were superseded a moment ago stay for a rollback", () => {
    expect(planRevisions({ ...observed, functions: [of({ lastModified: ago(1000) })] })).toEqual([]);
  });
  test("before the previous one go as soon as no gateway can still mean them", () => {
    const revisions = [revision("now"), revision("previous", "Function", 1e8), revision("older")];
    const functions = [of({ lastModified: ago(supersededMsMin + 1) })];
    expect(names(planRevisions({ ...observed, functions, revisions }))).toEqual(["older"]);
  });
  test("that still have environments stay", () => {
    const pods = [pod({ name: "p", phase: "Running", revision: "before" })];
    expect(planRevisions({ ...observed, pods })).toEqual([]);
  });
  test("of Versions stay for ever", () => {
    expect(planRevisions({ ...observed, revisions: [revision("before", "Version")] })).toEqual([]);
  });
  test("are looked at a bounded number of times each, however many Functions and environments there are", () => {
    const count = 300;
    let looks = 0;
    const counted = <T extends { metadata: object }>(object: T): T =>
      Object.defineProperty({ ...object }, "metadata", {
        get: () => {
          looks++;
          return object.metadata;
        },
      });
    const all = Array.from({ length: count }, (_, at) => {
      const ownerReferences = [{ ...owner, uid: `f-${at}` }];
      const made = { creationTimestamp: ago(1e9), ownerReferences };
      return {
        of: aFunction(
          {},
          { uid: `f-${at}`, generation: 1 },
          { observedGeneration: 1, revision: `now-${at}`, ...long },
        ),
        revisions: [
          aRevision({}, { ...made, name: `now-${at}` }),
          aRevision({}, { ...made, name: `old-${at}` }),
        ],
        pod: pod({ name: `p-${at}`, phase: "Running", revision: `now-${at}` }),
      };
    });
    const removed = planRevisions({
      nowMs,
      functions: all.map((one) => counted(one.of)),
      revisions: all.flatMap((one) => one.revisions.map(counted)),
      pods: all.map((one) => counted(one.pod)),
    });
    expect(removed).toHaveLength(count);
    expect(looks / count).toBeLessThan(50);
  });
  test("stay while their Function is not settled or not known", () => {
    expect(planRevisions({ ...observed, functions: [of({ ...long, observedGeneration: 1 })] })).toEqual([]);
    expect(planRevisions({ ...observed, functions: [] })).toEqual([]);
  });
});

describe("stored objects", () => {
  const stored = (name: string, ms = storedKeptMs + 1) => ({ name, bytes: 1, storedAtMs: nowMs - ms });
  const named = aRevision();
  const { archiveSha256 = "", codeSha256 = "" } = named.spec.code ?? {};
  const observed = { nowMs, held: new Set<string>() };
  const by = { revisions: [named], layerVersions: [] };
  const unnamed = (of: { stored: StoredObject[]; held?: Set<string>; by?: ObjectsObserved["by"] }) =>
    planObjects({ ...observed, by, ...of }).remove.map(({ name }) => name);

  test("that a Revision names stay, archive and zip", () => {
    const both = [stored(archiveObject(archiveSha256)), stored(zipObject(codeSha256))];
    expect(unnamed({ stored: both })).toEqual([]);
  });
  test("that a layer version names stay, though no function uses it; and of a deleted one what a Revision names", () => {
    const layer = aLayerVersion({}, {}, { version: "1", archiveSha256: "c".repeat(64), codeSha256 });
    const archive = [stored(archiveObject("c".repeat(64)))];
    expect(unnamed({ by: { ...by, layerVersions: [layer] }, stored: archive })).toEqual([]);
    const arn = "arn:aws:lambda:us-east-1:123456789012:layer:lib:1";
    const used = aRevision({
      layers: [{ arn, archiveSha256: "c".repeat(64), archiveBytes: 1, codeSize: 1 }],
    });
    expect(unnamed({ by: { ...by, revisions: [used] }, stored: archive })).toEqual([]);
    expect(unnamed({ stored: archive })).toEqual([archiveObject("c".repeat(64))]);
  });
  test("that nobody names go after their grace", () => {
    const all = [stored("x"), stored("new", 1000), stored("old enough soon", storedKeptMs - 5)];
    expect(unnamed({ stored: all })).toEqual(["x"]);
    expect(planObjects({ ...observed, by, stored: all }).againMs).toBe(5);
  });
  test("that are being written stay", () => {
    expect(unnamed({ stored: [stored("x")], held: new Set(["x"]) })).toEqual([]);
  });
});
