/** Plans carried out again and again come to rest, and a deletion leaves what it should. */

import { describe, expect, test } from "vitest";
import { aFunction } from "../../kernel/testing/objects.ts";
import { fc } from "../../test/support/properties.ts";
import {
  actionsOf,
  badCode,
  carriedOut,
  code,
  finalized,
  observed,
  problem,
  settings,
  settled,
  updated,
  verbs,
} from "./fixture.ts";
import type { Observed } from "./observed.ts";
import { plan } from "./plan.ts";
import type { Problem } from "./problem.ts";

describe("a deleted Function", () => {
  const deleted = (status: Record<string, unknown>, over: Partial<Observed> = {}) =>
    observed({
      function: aFunction({}, { ...finalized, deletionTimestamp: "2026-01-01T00:00:00Z" }, status),
      ...over,
    });

  test("loses its Revisions first, then the finalizer", () => {
    const remaining = { revisions: [{ name: "hello-1", uid: "u" }], aliases: [] };
    const world = deleted({}, { remaining });
    expect(verbs(world)).toEqual(["removeRevision"]);
    expect(verbs(carriedOut(world, actionsOf(world), { state: "unknown" }))).toEqual(["removeFinalizer"]);
  });

  test("leaves its last version number, once", () => {
    const last = { number: 4, revision: undefined, isDeleted: false };
    expect(actionsOf(deleted({ latestVersion: 4 }))[0]).toEqual({ action: "recordLast", last });
    const record = { last, resourceVersion: "1" };
    expect(verbs(deleted({ latestVersion: 4 }, { record }))).toEqual(["removeFinalizer"]);
  });

  test("leaves its number alone, without the Revision it was given for: of names that are gone little is remembered", () => {
    const last = { number: 4, revision: "hello-0123456789abcdef", isDeleted: true };
    const record = { last, resourceVersion: "1" };
    const short = { number: 4, revision: undefined, isDeleted: false };
    const status = { latestVersion: 4 };
    expect(actionsOf(deleted(status, { record }))[0]).toEqual({ action: "recordLast", last: short });
    // The record is the elder's, who has the name.
    expect(verbs(deleted(status, { record, elder: "elder" }))).toEqual(["removeFinalizer"]);
    const shortened = { last: short, resourceVersion: "2" };
    expect(verbs(deleted(status, { record: shortened }))).toEqual(["removeFinalizer"]);
  });

  test("whose finalizer is gone is left alone", () => {
    const gone = aFunction({}, { deletionTimestamp: "2026-01-01T00:00:00Z" });
    expect(plan(observed({ function: gone }), settings)).toEqual({ actions: [], again: { again: "never" } });
  });
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
