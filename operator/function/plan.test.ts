import { describe, expect, test } from "vitest";
import { conditionOf } from "../../crds/conditions.ts";
import { parseRevision } from "../../crds/revision/schema.ts";
import { aFunction } from "../../kernel/testing/objects.ts";
import { noVersion } from "../version/record.ts";
import {
  actionsOf,
  badCode,
  carriedOut,
  code,
  finalized,
  never,
  observed,
  problem,
  settings,
  settled,
  statusWritten,
  told,
  updated,
  verbs,
} from "./fixture.ts";
import type { Observed } from "./observed.ts";
import { passingMs, plan } from "./plan.ts";
import { desiredRevision } from "./revision.ts";

test("a Function may name the network profiles of the installation, and is told them where it names another", () => {
  const environments = { ...settings.environments, networkProfiles: ["private", "partners"] };
  const naming = (profile: string) => {
    const function_ = aFunction({ vpc: { profile } }, finalized);
    const all = { ...settings, environments };
    return plan(observed({ function: function_, codeKnowledge: { state: "known", code } }), all).actions;
  };
  expect(naming("partners").map((one) => one.action)).toContain("writeRevision");
  const refused = naming("privat");
  expect(refused.map((one) => one.action)).not.toContain("writeRevision");
  expect(statusWritten(refused)?.stateReason).toContain("this installation has private, partners");
});

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
      /cobol85 is unknown. Use one of nodejs20\.x/,
    ],
    [
      "a network profile that nothing stands behind",
      { function: aFunction({ vpc: { profile: "privat" } }, finalized) },
      "InvalidConfiguration",
      /no network profile privat: this installation has none/,
    ],
    ["a layer that is not there", { layers: { problem } }, problem.reasonCode, /does not exist/],
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

  test("stays Failed, with its reason, while what may mend by itself is tried again", () => {
    const refused = observed({ codeKnowledge: { state: "refused", problem } });
    const failed = carriedOut(refused, actionsOf(refused), refused.codeKnowledge);
    expect(failed.function.status.state).toBe("Failed");
    const retried: Observed = { ...failed, codeKnowledge: { state: "unknown" } };
    expect(verbs(retried)).toEqual(["acquireCode"]);
    const changed = updated(retried, { code: { inline: { "index.mjs": "2" } } });
    expect(statusWritten(actionsOf(changed))).toMatchObject({
      state: "Pending",
      lastUpdateStatus: "InProgress",
    });
  });

  test("has the URL that its name gives, and only when it wants one", () => {
    const withUrl = observed({ function: aFunction({ url: { authType: "NONE" } }, finalized) });
    const { url, urlId } = statusWritten(actionsOf(withUrl)) ?? {};
    expect(urlId).toMatch(/^[a-z0-9]{32}$/);
    expect(url).toBe(`http://${urlId}.lambda-url.localhost/`);
    expect(statusWritten(actionsOf(observed()))).not.toHaveProperty("url");
  });

  test("goes on counting versions where a deleted one of its name stopped", () => {
    const record = { last: { ...noVersion, number: 7 }, resourceVersion: "1" };
    expect(settled(observed({ record })).function.status.latestVersion).toBe(7);
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
    expect(conditionOf(statusWritten(actions)?.conditions ?? [], "Invocable")).toEqual({
      ...news,
      // The Function's own, whatever the Revision's is: kubectl wait takes a lower number for stale.
      observedGeneration: heard.function.metadata.generation,
    });
    expect(told(actions)).toEqual(["InitFailed"]);
    expect(actionsOf(carriedOut(heard, actions, { state: "unknown" }))).toEqual([]);
  });

  test("of an old Revision are not held against the new one", () => {
    const status = statusWritten(actionsOf(updated(settled(heard), { timeout: 9 })));
    expect(status).not.toHaveProperty("lastInitError");
    expect(conditionOf(status?.conditions ?? [], "Invocable")).toBeUndefined();
  });
});

test("a problem that may pass is looked at again soon, another on the round", () => {
  const again = (over: Partial<Observed>) => plan(observed(over), settings).again;
  expect(again({ problems: [problem] })).toEqual({ again: "after", ms: passingMs });
  expect(again({ codeKnowledge: { state: "refused", problem: badCode } })).toEqual({ again: "round" });
});

test("a Revision's name is its content's: the same spec has the same, each change another", () => {
  const nameOf = (spec: object) => desiredRevision(aFunction({ ...spec }), code, [], settings).name;
  expect(nameOf({ description: "a", url: { authType: "NONE" }, reservedConcurrency: 3 })).toBe(nameOf({}));
  const changes = [
    { timeout: 4 },
    { memorySize: 129 },
    { handler: "a.b" },
    { environment: { variables: { AB: "1" } } },
  ];
  expect(new Set(changes.map(nameOf)).add(nameOf({})).size).toBe(changes.length + 1);
});
