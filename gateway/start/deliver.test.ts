import { expect, test } from "vitest";
import { createTurns } from "../../kernel/queue/turns.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction, aRevision } from "../../kernel/testing/objects.ts";
import { buildCallable } from "../catalog/callable.ts";
import type { Link } from "../link/link.ts";
import type { CodeSource } from "./code.ts";
import { deliver } from "./deliver.ts";
import { startLimits } from "./limits.ts";

const hash = (letter: string) => letter.repeat(64);
const own = { archiveSha256: hash("a"), archiveBytes: 3, codeSha256: `${"A".repeat(43)}=`, codeSize: 3 };
const archives: Record<string, Uint8Array> = {
  [hash("a")]: Buffer.from("own"),
  [hash("b")]: Buffer.from("lay0"),
  [hash("c")]: Buffer.alloc(startLimits.inlineBytesMax + 1, 1),
};
const layers = ["b", "c"].map((letter, index) => ({
  arn: `arn:aws:lambda:us-east-1:123456789012:layer:l${index}:1`,
  archiveSha256: hash(letter),
  archiveBytes: archives[hash(letter)]?.length ?? 0,
  codeSize: 4,
}));

/** A code source that has everything, in memory or not. */
const source = (inMemory: boolean): CodeSource => ({
  peek: (sha256) => (inMemory ? archives[sha256] : undefined),
  async fetch(sha256) {
    const bytes = archives[sha256] as Uint8Array;
    if (bytes.length <= startLimits.inlineBytesMax) return { kind: "whole", bytes };
    return {
      kind: "pieces",
      async *read() {
        yield bytes.subarray(0, startLimits.chunkBytes);
        yield bytes.subarray(startLimits.chunkBytes, -1);
        yield bytes.subarray(-1);
      },
    };
  },
  turns: createTurns(1),
});

function callable() {
  const revision = aRevision({ code: own, layers });
  const settings = settingsSchema.parse({});
  const caps = { function: undefined, account: 1000 } as never;
  return buildCallable({ fn: aFunction({}), revision, poolShape: undefined, caps, settings });
}

interface Sent {
  type: string;
  head: Record<string, unknown>;
  bytes: number;
}

/** One that takes so many messages before it is gone. */
function aLink(takes = Number.POSITIVE_INFINITY): { link: Link; sent: Sent[] } {
  const sent: Sent[] = [];
  const link = {
    pod: { isProvisioned: false },
    send(type: string, head: Record<string, unknown>, body?: Uint8Array) {
      if (sent.length === takes) return false;
      sent.push({ type, head, bytes: body?.length ?? 0 });
      return true;
    },
    drained: () => Promise.resolve(),
  };
  return { link: link as unknown as Link, sent };
}

for (const [title, inMemory] of [
  ["in memory", true],
  ["fetched first", false],
] as const) {
  test(`layers follow the code in their order, each with its place, ${title}`, async () => {
    const { link, sent } = aLink();
    await deliver(link, callable(), source(inMemory), 7)?.done;
    const [assign, ...frames] = sent;
    expect(assign).toMatchObject({
      type: "assign",
      bytes: 3,
      head: {
        epoch: 7,
        code: { delivery: "inline", sha256: hash("a"), archiveBytes: 3 },
        layers: [
          { sha256: hash("b"), archiveBytes: 4 },
          { sha256: hash("c"), archiveBytes: startLimits.inlineBytesMax + 1 },
        ],
      },
    });
    expect(frames.map(({ head }) => head.layer)).toEqual([0, 1, 1, 1]);
    expect(frames.map(({ head }) => head.last)).toEqual([true, false, false, true]);
    expect(frames.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(4 + startLimits.inlineBytesMax + 1);
  });
}

test.each([
  ["the assignment", 0],
  ["a piece of its code", 2],
])("a link that is gone when %s is sent is not the code's fault", async (_, takes) => {
  const delivery = deliver(aLink(takes).link, callable(), source(false), 7);
  expect(await delivery?.done).toEqual({ kind: "lost" });
});

test("what is withdrawn before its code has come is not sent, whatever becomes of its link", async () => {
  const { link, sent } = aLink();
  const delivery = deliver(link, callable(), source(false), 7);
  delivery?.withdraw();
  expect([await delivery?.done, delivery?.hasBegun(), sent]).toEqual([{ kind: "lost" }, false, []]);
});

test("code that cannot be had is told as that", async () => {
  const error = new Error("the code store has no such archive");
  const delivery = deliver(
    aLink().link,
    callable(),
    { ...source(false), fetch: () => Promise.reject(error) },
    7,
  );
  expect(await delivery?.done).toEqual({ kind: "failed", error });
});
