import { describe, expect, test } from "vitest";
import type { AliasObject } from "../../crds/alias/schema.ts";
import type { FunctionObject } from "../../crds/function/schema.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction, anAlias, aRevision } from "../../kernel/testing/objects.ts";
import { createTestRandom } from "../../kernel/testing/quiet.ts";
import { createCatalog } from "./catalog.ts";
import type { Resolution } from "./resolution.ts";

const settings = settingsSchema.parse({});
const live = (shares: [string, number][], spec: Record<string, unknown> = {}): AliasObject => {
  const routes = shares.map(([version, weight]) => ({
    functionVersion: version,
    revision: `hello-${version}`,
    weight,
  }));
  return anAlias(spec, {}, { functionVersion: shares[0]?.[0], routes });
};
const version = (number: string) => aRevision({ functionVersion: number }, { name: `hello-${number}` });
const latest = (name: string): FunctionObject => aFunction({}, {}, { revision: name, state: "Active" });

function aCatalog(chance = () => 0.5) {
  const catalog = createCatalog(
    { random: { ...createTestRandom(), fraction: chance } },
    { settings, poolShapeOf: () => undefined },
  );
  return {
    catalog,
    publish: (number: string) => catalog.revisionChanged(`team/hello-${number}`, version(number)),
    remove: (number: string) => catalog.revisionChanged(`team/hello-${number}`, undefined),
    alias: (now: AliasObject | undefined) => catalog.aliasChanged("team/hello.live", now),
    fn(now: FunctionObject | undefined) {
      const name = now?.status.revision;
      if (name !== undefined) catalog.revisionChanged(`team/${name}`, aRevision({}, { name }));
      catalog.functionChanged("team/hello", now);
    },
    executed: (qualifier = "live") => executed(catalog.resolve("team", "hello", qualifier)),
  };
}
const executed = (found: Resolution | undefined) =>
  found?.kind === "found" ? found.callable.functionVersion : found?.kind;

describe("an alias", () => {
  test("goes where its status says, and executes that version", () => {
    const it = aCatalog();
    it.fn(latest("hello-a"));
    for (const number of ["1", "2"]) it.publish(number);
    it.alias(live([["1", 1]]));
    expect(it.executed()).toBe("1");
    it.alias(live([["2", 1]]));
    expect(it.executed()).toBe("2");
    expect(it.executed("1")).toBe("1");
    expect(it.executed("prod")).toBe("noQualifier");
  });

  test("draws by weight, anew for every invocation (V2)", () => {
    let drawn = 0;
    const it = aCatalog(() => (drawn++ % 10) / 10);
    it.fn(latest("hello-a"));
    for (const number of ["1", "2"]) it.publish(number);
    it.alias(
      live([
        ["1", 0.8],
        ["2", 0.2],
      ]),
    );
    const counts = Array.from({ length: 100 }, () => it.executed()).filter((one) => one === "2").length;
    expect(counts).toBe(20);
  });

  test("stays where it was until all it names is known here, whichever watch is first", () => {
    const it = aCatalog();
    it.alias(live([["1", 1]]));
    it.publish("1");
    it.fn(latest("hello-a"));
    expect(it.executed()).toBe("1");
    it.alias(live([["2", 1]]));
    expect(it.executed()).toBe("1");
    it.publish("2");
    expect(it.executed()).toBe("2");
  });

  test("of $LATEST follows the function at once", () => {
    const it = aCatalog();
    it.fn(latest("hello-a"));
    it.alias(live([["$LATEST", 1]]));
    it.fn(latest("hello-b"));
    const found = it.catalog.resolve("team", "hello", "live");
    expect(found.kind === "found" && found.callable.revision.metadata.name).toBe("hello-b");
  });

  test("is gone with its function, and there again with it", () => {
    const it = aCatalog();
    it.fn(latest("hello-a"));
    it.publish("1");
    it.alias(live([["1", 1]], { url: { authType: "NONE" } }));
    it.fn(undefined);
    expect(it.executed()).toBe("noFunction");
    it.fn(latest("hello-a"));
    expect(it.executed()).toBe("1");
    it.alias(undefined);
    expect(it.executed()).toBe("noQualifier");
  });

  test("read anew, is ahead of its watch, which does not take it back", () => {
    const it = aCatalog();
    it.fn(latest("hello-a"));
    for (const number of ["1", "2"]) it.publish(number);
    const at = (version: string, resourceVersion: string) => {
      const now = live([[version, 1]]);
      return { ...now, metadata: { ...now.metadata, resourceVersion } };
    };
    it.alias(at("1", "9"));
    it.alias(at("2", "10"));
    it.alias(at("1", "9"));
    expect(it.executed()).toBe("2");
  });

  test("tells the placer what it goes to, once for each change", () => {
    const it = aCatalog();
    const told: (string[] | undefined)[] = [];
    it.catalog.onRoutes((_, alias, routes) => {
      expect(alias).toBe("team/hello:live");
      told.push(routes?.map(({ target }) => target.key));
    });
    it.fn(latest("hello-a"));
    it.publish("1");
    it.alias(live([["1", 1]]));
    it.alias(live([["1", 1]], { description: "the same" }));
    it.alias(undefined);
    expect(told).toEqual([["team/hello-1"], undefined]);
  });

  test("has limits as its function has them now", () => {
    const it = aCatalog();
    it.fn(latest("hello-a"));
    it.publish("1");
    it.alias(live([["1", 1]]));
    it.fn(aFunction({ reservedConcurrency: 7 }, {}, { revision: "hello-a", reservedConcurrency: 7 }));
    for (const qualifier of ["live", "1"]) {
      const found = it.catalog.resolve("team", "hello", qualifier);
      expect(found.kind === "found" && found.callable.caps.reserved).toBe(7);
    }
  });
});

test("a removed version is not found, and told as served no more", () => {
  const it = aCatalog();
  const told: [string, boolean][] = [];
  it.catalog.onServing((key, serving) => told.push([key, serving]));
  it.fn(latest("hello-a"));
  it.publish("1");
  it.remove("1");
  expect(it.executed("1")).toBe("noQualifier");
  expect(told.slice(-2)).toEqual([
    ["team/hello-1", true],
    ["team/hello-1", false],
  ]);
});
