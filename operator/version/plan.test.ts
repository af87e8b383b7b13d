import { describe, expect, test } from "vitest";
import { conditionOf } from "../../crds/conditions.ts";
import { finalizers, labels } from "../../crds/labels.ts";
import type { VersionStatus } from "../../crds/version/schema.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction, aRevision, aVersion } from "../../kernel/testing/objects.ts";
import type { VersionObserved } from "./observed.ts";
import { type Action, plan } from "./plan.ts";
import { publicationOf } from "./publication.ts";
import { noVersion } from "./record.ts";

const settings = settingsSchema.parse({});
const finalized = { finalizers: [finalizers.version] };
const serving = aRevision({ functionUid: "function-1" });
const settledFunction = {
  observedGeneration: 1,
  lastUpdateStatus: "Successful",
  codeSha256: "sha",
  revisionId: "r1",
};
const first = publicationOf(serving.spec, noVersion);
const published = aRevision(first.spec, { name: first.revision, uid: "revision-1" });

function observed(over: Partial<VersionObserved> = {}): VersionObserved {
  return {
    version: aVersion({}, finalized),
    function: aFunction({}, {}, settledFunction),
    serving,
    revision: undefined,
    record: { last: noVersion, resourceVersion: undefined },
    aliases: [],
    hasTwin: false,
    provisioned: undefined,
    scaling: undefined,
    scalingDueAtMs: undefined,
    nowMs: Date.UTC(2026, 0, 1),
    ...over,
  };
}

const actionsOf = (of: VersionObserved) => plan(of, settings).actions;
const verbs = (of: VersionObserved) => actionsOf(of).map((one) => one.action);
const statusIn = (actions: Action[]): VersionStatus | undefined =>
  actions.flatMap((one) => (one.action === "writeStatus" ? [one.status] : []))[0];

describe("publishing", () => {
  test("takes the finalizer first, then the number before anything is called by it", () => {
    expect(verbs(observed({ version: aVersion() }))).toEqual(["addFinalizer"]);
    const actions = actionsOf(observed());
    expect(actions.map((one) => one.action)).toEqual(["recordLast", "writeRevision", "writeStatus", "tell"]);
    expect(actions[0]).toEqual({
      action: "recordLast",
      last: { number: 1, revision: first.revision, isDeleted: false },
    });
    expect(statusIn(actions)).toMatchObject({
      version: "1",
      state: "Active",
      revision: first.revision,
      functionArn: expect.stringMatching(/:function:hello:1$/),
    });
  });

  test("is done once: a published version is left alone, whatever its function becomes", () => {
    const status = statusIn(actionsOf(observed()));
    const version = aVersion({}, finalized, status);
    const after = observed({ version, revision: published });
    expect(actionsOf(after)).toEqual([]);
    const changed = { ...after, serving: aRevision({ timeout: 900 }), function: undefined };
    expect(actionsOf(changed)).toEqual([]);
  });

  test("copies what serves $LATEST and changes nothing but the number", () => {
    expect(first.spec).toEqual({ ...serving.spec, functionVersion: "1" });
  });

  test("of what was published last gives that number again, also after a crash between number and Revision", () => {
    const record = { last: { number: 1, revision: first.revision, isDeleted: false }, resourceVersion: "5" };
    const actions = actionsOf(observed({ record }));
    expect(actions.map((one) => one.action)).toEqual(["writeRevision", "writeStatus", "tell"]);
    expect(statusIn(actions)).toMatchObject({ version: "1", revision: first.revision });
  });

  test.each<[string, VersionObserved["record"]["last"]]>([
    ["another configuration", { number: 1, revision: "hello-another", isDeleted: false }],
    ["a deleted version's", { number: 1, revision: first.revision, isDeleted: true }],
    ["a deleted function's", { number: 1, revision: undefined, isDeleted: false }],
  ])("after %s gives the next number", (_, last) => {
    const status = statusIn(actionsOf(observed({ record: { last, resourceVersion: "5" } })));
    expect(status?.version).toBe("2");
  });

  test("takes the Revision that a Function with publish: true made for it", () => {
    const version = aVersion({}, { ...finalized, labels: { [labels.revision]: published.metadata.name } });
    const status = statusIn(actionsOf(observed({ version, revision: published })));
    expect(status).toMatchObject({ version: "1", revision: published.metadata.name });
    const foreign = aRevision({ functionUid: "function-0", functionVersion: "7" });
    expect(statusIn(actionsOf(observed({ version, revision: foreign })))?.version).toBe("1");
  });
});

describe("what cannot be published", () => {
  test.each<[string, Partial<VersionObserved>, string, string, RegExp]>([
    ["without a function waits", { function: undefined }, "Pending", "FunctionNotFound", /no function hello/],
    [
      "while its function is updated waits",
      { function: aFunction({}, { generation: 2 }, settledFunction) },
      "Pending",
      "Creating",
      /under way/,
    ],
    [
      "of a failed update waits for the mend",
      { function: aFunction({}, {}, { ...settledFunction, lastUpdateStatus: "Failed" }) },
      "Pending",
      "InvalidConfiguration",
      /failed, and is published as soon as it is mended/,
    ],
    [
      "with another code's hash is refused",
      { version: aVersion({ codeSha256: `${"B".repeat(43)}=` }, finalized) },
      "Failed",
      "PreconditionFailed",
      /spec\.codeSha256 is B+=, but the function's code has sha/,
    ],
    [
      "with a stale revisionId is refused",
      { version: aVersion({ revisionId: "r0" }, finalized) },
      "Failed",
      "PreconditionFailed",
      /it changed since/,
    ],
    [
      "while the record has no room for its name waits",
      { record: { last: noVersion, resourceVersion: "1", isFull: true } },
      "Pending",
      "InternalError",
      /ConfigMap kambda-versions .* is full/,
    ],
  ])("%s, with a sentence and no number", (_, over, state, reasonCode, sentence) => {
    const actions = actionsOf(observed(over));
    expect(actions.map((one) => one.action)).not.toContain("recordLast");
    const status = statusIn(actions);
    expect(status).toMatchObject({ state, stateReasonCode: reasonCode });
    expect(status?.stateReason).toMatch(sentence);
    expect(conditionOf(status?.conditions ?? [], "Ready")).toMatchObject({
      status: "False",
      reason: reasonCode,
    });
    expect(status).not.toHaveProperty("version");
  });
});

describe("deleting", () => {
  const status = statusIn(actionsOf(observed()));
  const leaving = aVersion({}, { ...finalized, deletionTimestamp: "2026-01-01T00:00:00Z" }, status);
  const record = { last: { number: 1, revision: first.revision, isDeleted: false }, resourceVersion: "5" };
  const world = observed({ version: leaving, revision: published, record });

  test("marks the number as gone, then removes the Revision, then the finalizer", () => {
    expect(verbs(world)).toEqual(["recordLast", "removeRevision", "removeFinalizer"]);
    expect(actionsOf(world)[0]).toEqual({ action: "recordLast", last: { ...record.last, isDeleted: true } });
  });

  test("waits while an alias needs it, and says which", () => {
    const actions = actionsOf({ ...world, aliases: ["live"] });
    expect(actions.map((one) => one.action)).toEqual(["writeStatus", "tell"]);
    const ready = conditionOf(statusIn(actions)?.conditions ?? [], "Ready");
    expect(ready).toMatchObject({
      status: "True",
      reason: "InUse",
      message: expect.stringContaining("alias live"),
    });
    expect(statusIn(actions)).toMatchObject({ state: "Active", aliases: ["live"] });
  });

  test("of one of two objects with the same number leaves what the other runs", () => {
    expect(verbs({ ...world, hasTwin: true, aliases: ["live"] })).toEqual(["removeFinalizer"]);
  });
});
