import { describe, expect, test } from "vitest";
import type { AliasStatus } from "../../crds/alias/schema.ts";
import { conditionOf } from "../../crds/conditions.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction, anAlias, aRevision } from "../../kernel/testing/objects.ts";
import type { AliasObserved } from "./observed.ts";
import { type Action, plan } from "./plan.ts";

const settings = settingsSchema.parse({});
const version = (number: string, spec: Record<string, unknown> = {}) =>
  [number, aRevision({ functionVersion: number, ...spec }, { name: `hello-${number}` })] as const;

function observed(spec: Record<string, unknown> = {}, over: Partial<AliasObserved> = {}): AliasObserved {
  return {
    alias: anAlias(spec),
    elder: undefined,
    function: aFunction(),
    revisions: new Map([version("1"), version("2"), version("$LATEST")]),
    referenced: undefined,
    provisioned: undefined,
    scaling: undefined,
    scalingDueAtMs: undefined,
    nowMs: Date.UTC(2026, 0, 1),
    ...over,
  };
}
const actionsOf = (of: AliasObserved) => plan(of, settings).actions;
const written = (actions: Action[]): AliasStatus | undefined =>
  actions.flatMap((one) => (one.action === "writeStatus" ? [one.status] : []))[0];
const told = (actions: Action[]) =>
  actions.flatMap((one) => (one.action === "tell" ? [`${one.story.reason}: ${one.story.note}`] : []));
const weighted = (weights: Record<string, number>) => ({
  routingConfig: { additionalVersionWeights: weights },
});
/** The same alias with another spec, after its status was written. */
const changed = (status: AliasStatus | undefined, spec: Record<string, unknown>) =>
  observed(spec, { alias: anAlias(spec, { generation: 2 }, status) });

describe("an alias", () => {
  test("of one version sends everything there", () => {
    const actions = actionsOf(observed());
    expect(written(actions)).toMatchObject({
      functionVersion: "1",
      routes: [{ functionVersion: "1", revision: "hello-1", weight: 1 }],
      aliasArn: expect.stringMatching(/:function:hello:live$/),
      observedGeneration: 1,
    });
    expect(told(actions)).toEqual(["Routed: Alias live: Invocations go to version 1."]);
    expect(actionsOf(observed({}, { alias: anAlias({}, {}, written(actions)) }))).toEqual([]);
  });

  test("of two shares by weight, and a weight of 0 or 1 is one version", () => {
    const routesOf = (weight: number) => written(actionsOf(observed(weighted({ "2": weight }))))?.routes;
    expect(routesOf(0.1)?.map((one) => [one.functionVersion, one.weight])).toEqual([
      ["1", 0.9],
      ["2", 0.1],
    ]);
    expect(routesOf(0)?.map((one) => one.functionVersion)).toEqual(["1"]);
    expect(routesOf(1)?.map((one) => one.functionVersion)).toEqual(["2"]);
  });

  test("of a Version object follows its number", () => {
    const spec = { functionVersion: undefined, versionRef: { name: "release" } };
    expect(written(actionsOf(observed(spec, { referenced: "2" })))?.functionVersion).toBe("2");
    const waiting = written(actionsOf(observed(spec)));
    expect(conditionOf(waiting?.conditions ?? [], "Ready")).toMatchObject({
      status: "False",
      reason: "VersionNotFound",
      message:
        "Version object release, which spec.versionRef names, is not there or not published yet: kubectl describe versions.kambda.dev release says why.",
    });
  });

  test("has a URL of its own, which is not the function's and stays when the version changes", () => {
    const url = { url: { authType: "NONE" } };
    const first = written(actionsOf(observed(url)));
    expect(first?.url).toBe(`http://${first?.urlId}.lambda-url.localhost/`);
    const second = written(actionsOf(changed(first, { ...url, functionVersion: "2" })));
    expect([second?.urlId, second?.functionVersion]).toEqual([first?.urlId, "2"]);
    expect(written(actionsOf(observed()))).not.toHaveProperty("url");
  });
});

describe("an alias that cannot be followed says why and goes on where it was:", () => {
  const good = written(actionsOf(observed()));
  test.each<[string, Record<string, unknown>, Partial<AliasObserved>, string, RegExp]>([
    [
      "a version that is not there",
      { functionVersion: "7" },
      {},
      "VersionNotFound",
      /Version 7 of hello does not exist/,
    ],
    ["a function that is not there", {}, { function: undefined }, "FunctionNotFound", /no function hello/],
    ["a name that is taken", {}, { elder: "other" }, "DuplicateAliasName", /Alias object other .* is older/],
    [
      "weights with $LATEST through a reference",
      { functionVersion: undefined, versionRef: { name: "x" }, ...weighted({ "2": 0.5 }) },
      { referenced: "$LATEST" },
      "LatestNotWeighted",
      /published versions only/,
    ],
    [
      "two weights of one version",
      { functionVersion: undefined, versionRef: { name: "x" }, ...weighted({ "2": 0.5 }) },
      { referenced: "2" },
      "SameVersion",
      /between version 2 and itself/,
    ],
    [
      "two roles",
      weighted({ "2": 0.5 }),
      { revisions: new Map([version("1", { role: "reader" }), version("2")]) },
      "RolesDiffer",
      /their roles are reader and none, and must be the same/,
    ],
    [
      "two dead letter queues",
      weighted({ "2": 0.5 }),
      { revisions: new Map([version("1", { deadLetter: { nats: { subject: "a" } } }), version("2")]) },
      "DeadLettersDiffer",
      /deadLetter differs/,
    ],
  ])("%s", (_, spec, over, reason, sentence) => {
    const alias = anAlias(spec, { generation: 2 }, good);
    const actions = actionsOf(observed(spec, { alias, ...over }));
    const status = written(actions);
    const ready = conditionOf(status?.conditions ?? [], "Ready");
    expect(ready).toMatchObject({ status: "False", reason });
    expect(ready?.message).toMatch(sentence);
    expect(ready?.message).toMatch(/Until then: Invocations go to version 1\.$/);
    expect(status?.routes).toEqual(good?.routes);
    expect(told(actions)).toEqual([expect.stringContaining(`${reason}: `)]);
  });
});
