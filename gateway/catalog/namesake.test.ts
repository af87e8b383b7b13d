/** Two Functions that claim one Lambda name: the gateway serves the one that the operator gives it to, in whatever order it hears of them. */
import { expect, test } from "vitest";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction, anAlias, aRevision } from "../../kernel/testing/objects.ts";
import { createTestRandom } from "../../kernel/testing/quiet.ts";
import { createCatalog } from "./catalog.ts";

const older = "2026-01-01T00:00:00Z";
const younger = "2026-01-02T00:00:00Z";

const serving = (creationTimestamp: string) =>
  aFunction(
    { functionName: "hello", reservedConcurrency: 7 },
    { name: "serving", creationTimestamp },
    servingStatus,
  );
const servingStatus = { revision: "hello-a", state: "Active", reservedConcurrency: 7 };
const failed = (creationTimestamp: string, name = "failed") =>
  aFunction(
    { functionName: "hello" },
    { name, creationTimestamp },
    { state: "Failed", stateReason: "The name is taken." },
  );

function aCatalog() {
  const settings = settingsSchema.parse({});
  const catalog = createCatalog({ random: createTestRandom() }, { settings, poolShapeOf: () => undefined });
  catalog.revisionChanged("team/hello-a", aRevision({}, { name: "hello-a" }));
  catalog.revisionChanged("team/hello-1", aRevision({ functionVersion: "1" }, { name: "hello-1" }));
  const routes = [{ functionVersion: "1", revision: "hello-1", weight: 1 }];
  catalog.aliasChanged("team/hello.live", anAlias({}, {}, { routes }));
  const resolved = (qualifier?: string) => {
    const found = catalog.resolve("team", "hello", qualifier);
    return found.kind === "found" ? found.callable.object.name : found.kind;
  };
  return { catalog, resolved };
}

test.each([
  ["the elder first", true],
  ["the younger first, as after a restart", false],
])("the elder serves, heard of %s", (_, isElderFirst) => {
  const { catalog, resolved } = aCatalog();
  const all = [serving(older), failed(younger)];
  for (const fn of isElderFirst ? all : all.toReversed())
    catalog.functionChanged(`team/${fn.metadata.name}`, fn);
  expect([resolved(), resolved("live")]).toEqual(["serving", "serving"]);
  const found = catalog.resolve("team", "hello", undefined);
  expect(found.kind === "found" && found.callable.caps.reserved).toBe(7);
  catalog.functionChanged("team/failed", undefined);
  expect([resolved(), resolved("live")]).toEqual(["serving", "serving"]);
});

test("of two as old, the one whose object's name sorts first", () => {
  const { catalog, resolved } = aCatalog();
  catalog.functionChanged("team/zz", failed(older, "zz"));
  catalog.functionChanged("team/serving", serving(older));
  expect(resolved()).toBe("serving");
});

test("gone with the elder, the name is the younger's as soon as that is told of again", () => {
  const { catalog, resolved } = aCatalog();
  catalog.functionChanged("team/failed", failed(older));
  catalog.functionChanged("team/serving", serving(younger));
  expect(resolved()).toBe("notReady");
  catalog.functionChanged("team/failed", undefined);
  expect(resolved()).toBe("noFunction");
  catalog.functionChanged("team/serving", serving(younger));
  expect([resolved(), resolved("live")]).toEqual(["serving", "serving"]);
});
