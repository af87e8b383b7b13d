import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conditionOf } from "../../crds/conditions.ts";
import type { FunctionStatus } from "../../crds/function/status.ts";
import { annotations, finalizers } from "../../crds/labels.ts";
import { parseRevision } from "../../crds/revision/schema.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction, aRevision } from "../../kernel/testing/objects.ts";
import { sourceHash } from "../code/source.ts";
import type { Code, Observed, Problem } from "./observed.ts";
import { type Action, passingMs, plan } from "./plan.ts";
import { desiredRevision, revisionObject } from "./revision.ts";

const settings = settingsSchema.parse({});
const finalized = { finalizers: [finalizers.function] };
const code: Code = { packageType: "Zip", code: aRevision().spec.code ?? never() };
const problem: Problem = { reasonCode: "RoleNotFound", message: "The role r does not exist.", passing: true };
const badCode: Problem = { reasonCode: "InvalidZipFileException", message: "No zip.", passing: false };

function never(): never {
  throw new Error("the builder makes zip Revisions");
}

function observed(over: Partial<Observed> = {}): Observed {
  return {
    function: aFunction({}, finalized),
    elder: undefined,
    serving: undefined,
    codeKnowledge: { state: "unknown" },
    problems: [],
    recordedVersion: undefined,
    remaining: [],
    nowMs: Date.UTC(2026, 0, 1),
    ...over,
  };
}

const actionsOf = (of: Observed) => plan(of, settings).actions;
const verbs = (of: Observed) => actionsOf(of).map((one) => one.action);
const statusWritten = (actions: Action[]): FunctionStatus | undefined =>
  actions.flatMap((one) => (one.action === "writeStatus" ? [one.status] : []))[0];
const told = (actions: Action[]) =>
  actions.flatMap((one) => (one.action === "tell" ? [one.story.reason] : []));

/** The world after the actions; fetching succeeds with the code given. */
function carriedOut(of: Observed, actions: Action[], fetched: Observed["codeKnowledge"]): Observed {
  let next = of;
  for (const action of actions) {
    switch (action.action) {
      case "addFinalizer":
        next = {
          ...next,
          function: { ...next.function, metadata: { ...next.function.metadata, ...finalized } },
        };
        break;
      case "acquireCode":
        next = { ...next, codeKnowledge: fetched };
        break;
      case "writeRevision": {
        const raw = revisionObject(next.function, action.desired);
        const serving = parseRevision({ ...raw, metadata: { ...raw.metadata, uid: "r" } });
        next = { ...next, serving };
        break;
      }
      case "writeStatus":
        next = { ...next, function: { ...next.function, status: action.status } };
        break;
      case "removeRevision":
        next = { ...next, remaining: next.remaining.filter((one) => one.uid !== action.uid) };
        break;
      case "recordVersion":
        next = { ...next, recordedVersion: action.version };
        break;
      case "tell":
      case "removeFinalizer":
        break;
    }
  }
  return next;
}

/** Plans and carries out until nothing is left to do; throws when it never comes to rest. */
function settled(start: Observed, fetched: Observed["codeKnowledge"] = { state: "known", code }): Observed {
  let world = start;
  for (let round = 0; round < 8; round++) {
    const actions = actionsOf(world);
    if (actions.length === 0) return world;
    world = carriedOut(world, actions, fetched);
  }
  throw new Error(`not settled: ${verbs(world).join(", ")}`);
}

/** The same Function with another spec, one generation on. */
function updated(world: Observed, spec: Record<string, unknown>): Observed {
  const { metadata, status } = world.function;
  const next = aFunction(spec, { ...metadata, generation: metadata.generation + 1 }, status);
  const known = world.serving?.metadata.annotations[annotations.codeSource] === sourceHash(next);
  return { ...world, function: next, codeKnowledge: known ? { state: "known", code } : { state: "unknown" } };
}

describe("a new Function", () => {
  test("gets the finalizer before anything else is done for it", () => {
    expect(verbs(observed({ function: aFunction() }))).toEqual(["addFinalizer"]);
  });

  test("is Pending while its code is fetched, and says so before the fetch", () => {
    const actions = actionsOf(observed());
    expect(actions.map((one) => one.action)).toEqual(["writeStatus", "tell", "acquireCode"]);
    expect(statusWritten(actions)).toMatchObject({
      state: "Pending",
      stateReasonCode: "Creating",
      lastUpdateStatus: "InProgress",
      observedGeneration: 1,
    });
  });

  test("is Active once its Revision is there, and not before", () => {
    const actions = actionsOf(observed({ codeKnowledge: { state: "known", code } }));
    expect(actions.map((one) => one.action)).toEqual(["writeRevision", "writeStatus", "tell", "tell"]);
    const status = statusWritten(actions);
    expect(status).toMatchObject({ state: "Active", lastUpdateStatus: "Successful", codeSize: 100 });
    expect(conditionOf(status?.conditions ?? [], "Ready")?.status).toBe("True");
    expect(told(actions)).toEqual(["CodeStored", "Active"]);
  });

  test.each<[string, Partial<Observed>, string, RegExp]>([
    [
      "refused code",
      { codeKnowledge: { state: "refused", problem: badCode } },
      "InvalidZipFileException",
      /No zip/,
    ],
    ["a missing role", { problems: [problem] }, "RoleNotFound", /does not exist/],
    [
      "a name that is taken",
      { elder: "other" },
      "DuplicateFunctionName",
      /Function object other .* is older/,
    ],
    [
      "an unknown runtime",
      { function: aFunction({ runtime: "cobol85" }, finalized) },
      "InvalidRuntime",
      /cobol85 is unknown. Use one of nodejs22\.x/,
    ],
    ["layers", { function: aFunction({ layers: ["l:1"] }, finalized) }, "UnsupportedConfiguration", /layers/],
  ])("with %s is Failed, with a code and a sentence", (_, over, reasonCode, sentence) => {
    const actions = actionsOf(observed(over));
    const status = statusWritten(actions);
    expect(status).toMatchObject({
      state: "Failed",
      stateReasonCode: reasonCode,
      lastUpdateStatus: "Failed",
    });
    expect(status?.stateReason).toMatch(sentence);
    expect(status?.revision).toBeUndefined();
    expect(told(actions)).toEqual([reasonCode]);
    expect(actions.map((one) => one.action)).not.toContain("acquireCode");
  });

  test("has the URL that its name gives, and only when it wants one", () => {
    const withUrl = observed({ function: aFunction({ url: { authType: "NONE" } }, finalized) });
    const { url, urlId } = statusWritten(actionsOf(withUrl)) ?? {};
    expect(urlId).toMatch(/^[a-z0-9]{32}$/);
    expect(url).toBe(`http://${urlId}.lambda-url.localhost/`);
    expect(statusWritten(actionsOf(observed()))).not.toHaveProperty("url");
  });

  test("goes on counting versions where a deleted one of its name stopped", () => {
    expect(settled(observed({ recordedVersion: 7 })).function.status.latestVersion).toBe(7);
  });
});

describe("an update", () => {
  const world = settled(observed());

  test("of the configuration makes a new Revision of the same code, without a fetch", () => {
    const actions = actionsOf(updated(world, { timeout: 9 }));
    expect(actions.map((one) => one.action)).toEqual(["writeRevision", "writeStatus", "tell"]);
    expect(statusWritten(actions)?.revision).not.toBe(world.function.status.revision);
    expect(told(actions)).toEqual(["Updated"]);
  });

  test("of the code keeps the last good Revision serving while it is under way", () => {
    const status = statusWritten(actionsOf(updated(world, { code: { inline: { "index.mjs": "2" } } })));
    expect(status).toMatchObject({
      state: "Active",
      lastUpdateStatus: "InProgress",
      revision: world.function.status.revision,
    });
  });

  test.each<[string, Partial<Observed>, string]>([
    ["refused code", { codeKnowledge: { state: "refused", problem: badCode } }, "InvalidZipFileException"],
    ["a missing role", { problems: [problem] }, "RoleNotFound"],
  ])(
    "that fails by %s keeps the last good Revision serving, and says why it failed",
    (_, over, reasonCode) => {
      const status = statusWritten(
        actionsOf({ ...updated(world, { code: { inline: { "index.mjs": "2" } } }), ...over }),
      );
      expect(status).toMatchObject({
        state: "Active",
        lastUpdateStatus: "Failed",
        lastUpdateStatusReasonCode: reasonCode,
        revision: world.function.status.revision,
        codeSize: 100,
      });
      expect(conditionOf(status?.conditions ?? [], "Ready")).toMatchObject({
        status: "False",
        message: expect.stringContaining("goes on serving"),
      });
    },
  );

  test("that takes a failed one back serves again without a fetch", () => {
    const failed = settled(updated(world, { code: { inline: { "index.mjs": "2" } } }), {
      state: "refused",
      problem: badCode,
    });
    const back = settled(updated(failed, {}));
    expect(back.function.status).toMatchObject({
      lastUpdateStatus: "Successful",
      revision: world.function.status.revision,
    });
  });

  test("of the description changes no Revision", () => {
    expect(verbs(updated(world, { description: "new" }))).toEqual(["writeStatus"]);
  });

  test("is not judged by what its serving Revision refers to: that runs already", () => {
    expect(verbs({ ...world, problems: [problem] })).toEqual([]);
  });
});

describe("environments' news", () => {
  const world = settled(observed());
  const news = {
    type: "Invocable",
    status: "False",
    reason: "InitFailed",
    message: "Cannot find module x",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  };
  const lastInitError = {
    errorType: "Runtime.ImportModuleError",
    errorMessage: "x",
    time: news.lastTransitionTime,
  };
  const serving = world.serving ?? never();
  const heard = {
    ...world,
    serving: parseRevision({ ...serving, status: { conditions: [news], lastInitError } }),
  };

  test("are shown by the Function and told once", () => {
    const actions = actionsOf(heard);
    expect(statusWritten(actions)).toMatchObject({ lastInitError });
    expect(conditionOf(statusWritten(actions)?.conditions ?? [], "Invocable")).toEqual(news);
    expect(told(actions)).toEqual(["InitFailed"]);
    expect(actionsOf(carriedOut(heard, actions, { state: "unknown" }))).toEqual([]);
  });

  test("of an old Revision are not held against the new one", () => {
    const status = statusWritten(actionsOf(updated(settled(heard), { timeout: 9 })));
    expect(status).not.toHaveProperty("lastInitError");
    expect(conditionOf(status?.conditions ?? [], "Invocable")).toBeUndefined();
  });
});

describe("a deleted Function", () => {
  const deleted = (status: Record<string, unknown>, over: Partial<Observed> = {}) =>
    observed({
      function: aFunction({}, { ...finalized, deletionTimestamp: "2026-01-01T00:00:00Z" }, status),
      ...over,
    });

  test("loses its Revisions first, then the finalizer", () => {
    const remaining = [{ name: "hello-1", uid: "u" }];
    const world = deleted({}, { remaining });
    expect(verbs(world)).toEqual(["removeRevision"]);
    expect(verbs(carriedOut(world, actionsOf(world), { state: "unknown" }))).toEqual(["removeFinalizer"]);
  });

  test("leaves its last version number, once", () => {
    expect(actionsOf(deleted({ latestVersion: 4 }))[0]).toEqual({ action: "recordVersion", version: 4 });
    expect(verbs(deleted({ latestVersion: 4 }, { recordedVersion: 4 }))).toEqual(["removeFinalizer"]);
  });

  test("whose finalizer is gone is left alone", () => {
    const gone = aFunction({}, { deletionTimestamp: "2026-01-01T00:00:00Z" });
    expect(plan(observed({ function: gone }), settings)).toEqual({ actions: [], again: { again: "never" } });
  });
});

test("a problem that may pass is looked at again soon, another on the round", () => {
  const again = (over: Partial<Observed>) => plan(observed(over), settings).again;
  expect(again({ problems: [problem] })).toEqual({ again: "after", ms: passingMs });
  expect(again({ codeKnowledge: { state: "refused", problem: badCode } })).toEqual({ again: "round" });
});

test("a Revision's name is its content's: the same spec has the same, each change another", () => {
  const nameOf = (spec: object) => desiredRevision(aFunction({ ...spec }), code, settings).name;
  expect(nameOf({ description: "a", url: { authType: "NONE" }, reservedConcurrency: 3 })).toBe(nameOf({}));
  const changes = [
    { timeout: 4 },
    { memorySize: 129 },
    { handler: "a.b" },
    { environment: { variables: { AB: "1" } } },
  ];
  expect(new Set(changes.map(nameOf)).add(nameOf({})).size).toBe(changes.length + 1);
});

const outcome = fc.constantFrom<Observed["codeKnowledge"]>(
  { state: "known", code },
  { state: "refused", problem: badCode },
);
const change = fc.record({
  spec: fc.constantFrom(
    {},
    { timeout: 9 },
    { runtime: "cobol85" },
    { code: { inline: { "index.mjs": "2" } } },
  ),
  problems: fc.constantFrom<Problem[]>([], [problem]),
  elder: fc.constantFrom(undefined, "other"),
  fetched: outcome,
});

test("plans are a fixed point, and no update ever takes the last good Revision down", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
      let world = settled(observed());
      for (const { spec, problems, elder, fetched } of changes) {
        const good = world.function.status.revision;
        world = settled({ ...updated(world, spec), problems, elder }, fetched);
        const { status } = world.function;
        expect(status.state).toBe("Active");
        if (status.lastUpdateStatus === "Failed") expect(status.revision).toBe(good);
        expect(status.revision).toBe(world.serving?.metadata.name);
        expect(status.observedGeneration).toBe(world.function.metadata.generation);
      }
    }),
  );
});
