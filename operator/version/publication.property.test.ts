/** Any history of publishing, deleting and recreating gives each number once, for one content (V1). */

import { expect, test } from "vitest";
import type { RevisionSpec } from "../../crds/revision/schema.ts";
import { aRevision } from "../../kernel/testing/objects.ts";
import { fc } from "../../test/support/properties.ts";
import { publicationOf } from "./publication.ts";
import { type LastVersion, noVersion } from "./record.ts";

type Event =
  | { happens: "change"; timeout: number }
  | { happens: "publish" }
  | { happens: "delete" }
  | { happens: "recreate" };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ happens: fc.constant("change" as const), timeout: fc.integer({ min: 1, max: 3 }) }),
  fc.constant<Event>({ happens: "publish" }),
  fc.constant<Event>({ happens: "delete" }),
  fc.constant<Event>({ happens: "recreate" }),
);

test("a number is given for one content only, and no deleted one comes back", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      let latest: RevisionSpec = aRevision({ functionUid: "0" }).spec;
      let last: LastVersion = noVersion;
      const contents = new Map<number, string>();
      const deleted = new Set<number>();
      for (const [index, one] of events.entries()) {
        switch (one.happens) {
          case "change":
            latest = { ...latest, timeout: one.timeout };
            break;
          case "recreate":
            latest = { ...latest, functionUid: String(index) };
            break;
          case "delete":
            deleted.add(last.number);
            last = { ...last, isDeleted: true };
            break;
          case "publish": {
            const { number, revision, isNew } = publicationOf(latest, last);
            expect(number).toBe(isNew ? last.number + 1 : last.number);
            expect(deleted.has(number)).toBe(false);
            expect(contents.get(number) ?? revision).toBe(revision);
            contents.set(number, revision);
            last = { number, revision, isDeleted: false };
          }
        }
      }
    }),
  );
});
