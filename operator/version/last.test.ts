import { expect, test } from "vitest";
import { labels } from "../../crds/labels.ts";
import { labelValue } from "../../crds/names.ts";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { aFunction, aRevision } from "../../kernel/testing/objects.ts";
import { readLast } from "./last.ts";
import { noVersion, writeRecord } from "./record.ts";

/** A cluster with these Revisions of the function, and what the ConfigMap says. */
async function cluster(versions: string[], recorded?: number) {
  const kube = createMemoryKube(createTestClock());
  for (const functionVersion of versions) {
    const { metadata: _, ...rest } = aRevision({ functionVersion });
    const ours = { [labels.function]: labelValue("hello") };
    const metadata = { namespace: "team", name: `hello-${functionVersion}`, labels: ours };
    await kube.create(resources.revisions, { ...rest, metadata });
  }
  const last = { number: recorded ?? 0, revision: `hello-${recorded}`, isDeleted: false };
  if (recorded !== undefined) await writeRecord(kube, "team", "hello", { last, resourceVersion: undefined });
  return kube;
}
const given = (number: number, revision: string | undefined) => ({ number, revision, isDeleted: false });

test.each([
  ["by the record", ["$LATEST", "1", "2"], 2, 2, given(2, "hello-2")],
  [
    "by the record, though later Versions were deleted and the Function lags",
    ["1"],
    4,
    1,
    given(4, "hello-4"),
  ],
  ["by the Revisions when the record is lost", ["$LATEST", "9", "10"], undefined, 10, given(10, "hello-10")],
  ["by Revisions that the Function has not heard of", ["1", "2"], undefined, 1, given(2, "hello-2")],
  [
    "by the Function when the last Version was deleted, then the record",
    ["1"],
    undefined,
    3,
    given(3, undefined),
  ],
  ["by the Function when an old record was put back", ["1", "2", "3"], 1, 3, given(3, "hello-3")],
  ["as none before the first", ["$LATEST"], undefined, undefined, noVersion],
])("the last number is known %s (V1)", async (_, versions, recorded, heard, expected) => {
  const kube = await cluster(versions, recorded);
  const of = aFunction({}, {}, heard === undefined ? {} : { latestVersion: heard });
  expect((await readLast(kube, "team", "hello", of)).last).toEqual(expected);
});
