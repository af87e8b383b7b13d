import { expect, test } from "vitest";
import { createMemoryStore } from "../../kernel/store/memory.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { createTestLog } from "../../kernel/testing/quiet.ts";
import { createCodeSource } from "./code.ts";
import { createDiskCache } from "./disk.ts";
import { startLimits } from "./limits.ts";

const large = (fill: number) => Buffer.alloc(startLimits.inlineBytesMax + 1, fill);

test("a large archive is fetched once, kept on disk and not in memory, and read without the store", async () => {
  const clock = createTestClock();
  await using disk = await createDiskCache({ log: createTestLog() }, 10_000_000);
  const store = createMemoryStore({ clock });
  await store.put("a.tar.zst", large(7));
  let isCut = false;
  const cuttable = {
    ...store,
    get: (name: string) => (isCut ? Promise.reject(new Error("cut")) : store.get(name)),
  };
  const source = createCodeSource({ store: cuttable, clock }, 100_000_000, disk);
  await Promise.all([source.fetch("a"), source.fetch("a")]);
  expect(source.peek("a")).toBeUndefined();
  isCut = true;
  expect(Buffer.from(await source.fetch("a")).equals(large(7))).toBe(true);
});

test("the least recently used goes when the disk's share is full, and one too large is never kept", async () => {
  await using disk = await createDiskCache({ log: createTestLog() }, 100);
  await disk.keep("a", Buffer.alloc(40, 1));
  await disk.keep("b", Buffer.alloc(40, 2));
  await disk.read("a");
  await disk.keep("c", Buffer.alloc(40, 3));
  await disk.keep("large", Buffer.alloc(101));
  expect(["a", "b", "c", "large"].map(disk.has)).toEqual([true, false, true, false]);
  expect(await disk.read("c")).toEqual(Buffer.alloc(40, 3));
});
