import { describe, expect, test } from "vitest";
import { labels } from "../../crds/labels.ts";
import { aFunction, aVersion } from "../../kernel/testing/objects.ts";
import { actionsOf, code, finalized, observed, settled, statusWritten, updated, verbs } from "./fixture.ts";

const publishing = observed({ function: aFunction({ publish: true, description: "what for" }, finalized) });
const known = { state: "known", code } as const;

describe("publish: true", () => {
  test("makes a Version of every change, numbered from 1, before the change is called done", () => {
    const actions = actionsOf({ ...publishing, codeKnowledge: known });
    expect(actions.map((one) => one.action).slice(0, 5)).toEqual([
      "writeRevision",
      "recordLast",
      "publishRevision",
      "createVersion",
      "writeStatus",
    ]);
    expect(statusWritten(actions)?.latestVersion).toBe(1);
    let world = settled(publishing);
    for (const timeout of [4, 5]) world = settled(updated(world, { publish: true, timeout }));
    expect(world.versions.map((one) => one.metadata.name)).toEqual(["hello.1", "hello.2", "hello.3"]);
    expect(world.function.status.latestVersion).toBe(3);
    expect(world.versions[0]?.spec).toEqual({ functionName: "hello", description: "what for" });
  });

  test("fails the change with a sentence while the record has no room for its name, and makes nothing of it", () => {
    const record = { ...publishing.record, isFull: true } as const;
    const actions = actionsOf({ ...publishing, codeKnowledge: known, record });
    expect(statusWritten(actions)).toMatchObject({
      lastUpdateStatus: "Failed",
      lastUpdateStatusReason: expect.stringContaining("ConfigMap kambda-versions"),
    });
    expect(actions.map((one) => one.action)).toEqual(["writeStatus", "tell"]);
    const done = settled(publishing);
    expect(actionsOf({ ...done, record: { ...done.record, isFull: true } })).toEqual([]);
  });

  test("makes none of a change that changes nothing that runs", () => {
    const world = settled(publishing);
    const again = settled(updated(world, { publish: true, tags: { owner: "me" } }));
    expect(again.versions).toHaveLength(1);
  });

  test("goes on after a crash at any of its steps, under the same number", () => {
    const actions = actionsOf({ ...publishing, codeKnowledge: known });
    const claimed = actions.flatMap((one) => (one.action === "recordLast" ? [one.last] : []))[0];
    const record = { last: claimed ?? publishing.record.last, resourceVersion: "2" };
    const crashed = { ...publishing, codeKnowledge: known, record };
    expect(verbs(crashed)).not.toContain("recordLast");
    expect(settled(crashed).versions.map((one) => one.metadata.name)).toEqual(["hello.1"]);
  });

  test("does not bring back a version that somebody deleted, until the next change", () => {
    const world = settled(publishing);
    const last = { ...world.record.last, isDeleted: true };
    const deleted = { ...world, versions: [], record: { ...world.record, last } };
    expect(actionsOf(deleted)).toEqual([]);
    const changed = settled(updated(deleted, { publish: true, timeout: 9 }));
    expect(changed.versions.map((one) => one.metadata.name)).toEqual(["hello.2"]);
  });

  test("leaves a person's object its name", () => {
    const theirs = aVersion({}, { name: "hello.1" });
    const names = settled({ ...publishing, versions: [theirs] }).versions.map((one) => one.metadata.name);
    expect(names).toEqual(["hello.1", expect.stringMatching(/^hello\.1-[a-z0-9]{16}$/)]);
  });

  test("counts a person's Version of the same content as this change's", () => {
    const first = settled(publishing);
    const revision = first.versions[0]?.metadata.labels[labels.revision];
    const theirs = aVersion({}, { name: "release" }, { version: "1", revision });
    expect(actionsOf({ ...first, versions: [theirs] })).toEqual([]);
  });

  test("off publishes nothing", () => {
    expect(settled(observed()).versions).toEqual([]);
  });
});

test("a deleted Function takes its aliases, then its versions, then its Revisions along", () => {
  const world = settled(publishing);
  const { metadata, spec, status } = world.function;
  const leaving = {
    ...world,
    function: aFunction(spec, { ...metadata, deletionTimestamp: "2026-01-01T00:00:00Z" }, status),
    remaining: { aliases: [{ name: "hello.live", uid: "a" }], revisions: [{ name: "hello-1", uid: "r" }] },
  };
  expect(verbs(leaving)).toEqual(["removeAlias"]);
  const aliasless = { ...leaving, remaining: { ...leaving.remaining, aliases: [] } };
  expect(verbs(aliasless)).toEqual(["removeVersion"]);
  expect(verbs({ ...aliasless, versions: [] })).toEqual(["removeRevision"]);
});
