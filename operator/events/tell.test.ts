import { expect, test } from "vitest";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import { KubeError } from "../../kernel/kube/port.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { aFunction } from "../../kernel/testing/objects.ts";
import { createTestLog } from "../../kernel/testing/quiet.ts";
import { createTeller, noteBytesMax } from "./tell.ts";

const story = {
  type: "Warning",
  reason: "RoleNotFound",
  action: "Create",
  note: "The role r does not exist.",
} as const;

function aTeller(over = {}) {
  const clock = createTestClock();
  const memory = createMemoryKube(clock);
  const log = createTestLog();
  const teller = createTeller({ kube: { ...memory, ...over }, clock, log }, "operator-1");
  return { teller, log, clock, events: () => [...memory.objects.values()] };
}

test("tells about an object what kubectl describe shows", async () => {
  const { teller, events } = aTeller();
  await teller.tell(aFunction(), story);
  expect(events()).toMatchObject([
    {
      involvedObject: { kind: "Function", namespace: "team", name: "hello", uid: "function-1" },
      type: "Warning",
      reason: "RoleNotFound",
      message: "The role r does not exist.",
      source: { component: "kambda-operator" },
      reportingInstance: "operator-1",
    },
  ]);
});

test("says when it happened first and last where kubectl sorts by it", async () => {
  const { teller, events, clock } = aTeller();
  await teller.tell(aFunction(), story);
  const first = events()[0]?.firstTimestamp;
  expect(events()[0]?.lastTimestamp).toBe(first);
  await clock.advance(60_000);
  await teller.tell(aFunction(), story);
  const seconds = (Date.parse(String(events()[0]?.lastTimestamp)) - Date.parse(String(first))) / 1000;
  expect([events()[0]?.firstTimestamp, seconds]).toEqual([first, 60]);
});

test("names what happened within a second in its order, by which kubectl shows it", async () => {
  const { teller, events } = aTeller();
  for (const reason of ["FetchingCode", "CodeStored", "Active", "InitFailed"])
    await teller.tell(aFunction(), { ...story, reason });
  const byName = events().sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  expect(byName.map(({ reason }) => reason)).toEqual(["FetchingCode", "CodeStored", "Active", "InitFailed"]);
});

test("counts the same story up, and tells another one, or that of another generation, anew", async () => {
  const { teller, events } = aTeller();
  for (let i = 0; i < 3; i++) await teller.tell(aFunction(), story);
  expect(events()).toMatchObject([{ count: 3 }]);
  await teller.tell(aFunction({}, { generation: 2 }), story);
  await teller.tell(aFunction(), { ...story, note: "Another." });
  expect(events()).toHaveLength(3);
});

test("cuts a note to what the API server takes, at a whole character", async () => {
  const { teller, events } = aTeller();
  await teller.tell(aFunction(), { ...story, note: "é".repeat(2000) });
  const note = String(events()[0]?.message);
  expect(Buffer.byteLength(note)).toBeLessThanOrEqual(noteBytesMax);
  expect(note).toMatch(/^é+ …$/);
});

test("is never a reason to fail: a story that cannot be told is logged", async () => {
  const forbidden = new KubeError("create", { code: 403, reason: "Forbidden", message: "no" });
  const { teller, log } = aTeller({ create: () => Promise.reject(forbidden) });
  await teller.tell(aFunction(), story);
  expect(log.lines).toEqual(["cannot write an Event"]);
});
