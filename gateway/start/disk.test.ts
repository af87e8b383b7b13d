import { expect, test } from "vitest";
import { createMemoryStore } from "../../kernel/store/memory.ts";
import type { CodeStore } from "../../kernel/store/store.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { createTestLog } from "../../kernel/testing/quiet.ts";
import { type Archive, createCodeSource } from "./code.ts";
import { createDiskCache } from "./disk.ts";
import { startLimits } from "./limits.ts";

const large = (fill: number) => Buffer.alloc(startLimits.inlineBytesMax * 2 + 1, fill);

async function* inPieces(bytes: Uint8Array, pieces = 3) {
  const size = Math.ceil(bytes.length / pieces);
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}

async function readAll(pieces: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces ?? []) all.push(piece);
  return Buffer.concat(all);
}

const read = (archive: Archive) => readAll(archive.kind === "pieces" ? archive.read() : undefined);

/** A store with one large archive, `a`, that can be cut off and counts what is asked of it. */
async function aStore() {
  const clock = createTestClock();
  const store = createMemoryStore({ clock });
  await store.put("a.tar.zst", large(7));
  const it = { clock, gets: 0, isCut: false };
  const get: CodeStore["get"] = (name) => {
    it.gets++;
    return it.isCut ? Promise.reject(new Error("cut")) : store.get(name);
  };
  return Object.assign(it, { store: { ...store, get } });
}

test("a large archive is fetched once, kept on disk and not in memory, and read in pieces without the store", async () => {
  await using disk = await createDiskCache({ log: createTestLog() }, 10_000_000);
  const it = await aStore();
  const source = createCodeSource(it, 100_000_000, disk);
  await Promise.all([source.fetch("a"), source.fetch("a")]);
  expect(it.gets).toBe(1);
  expect(source.peek("a")).toBeUndefined();
  it.isCut = true;
  const twice = await Promise.all([source.fetch("a"), source.fetch("a")]);
  for (const one of await Promise.all(twice.map(read))) expect(one.equals(large(7))).toBe(true);
});

test("one that the disk does not take comes from the store each time, in pieces too", async () => {
  await using disk = await createDiskCache({ log: createTestLog() }, 100);
  const source = createCodeSource(await aStore(), 100_000_000, disk);
  expect((await read(await source.fetch("a"))).equals(large(7))).toBe(true);
  expect((await read(await source.fetch("a"))).equals(large(7))).toBe(true);
  expect(disk.has("a")).toBe(false);
});

test("one that went from the disk before it was read comes from the store", async () => {
  await using disk = await createDiskCache({ log: createTestLog() }, large(7).length);
  const source = createCodeSource(await aStore(), 100_000_000, disk);
  const fetched = await source.fetch("a");
  await disk.keep("b", large(8).length, inPieces(large(8)));
  expect(disk.has("a")).toBe(false);
  expect((await read(fetched)).equals(large(7))).toBe(true);
});

test("one that breaks off on its way is not kept, and its claim hears why", async () => {
  await using disk = await createDiskCache({ log: createTestLog() }, 10_000_000);
  const it = await aStore();
  const short: CodeStore["get"] = async (name) => {
    const found = await it.store.get(name);
    return found && { ...found, bytes: found.bytes + 1 };
  };
  const source = createCodeSource({ ...it, store: { ...it.store, get: short } }, 100_000_000, disk);
  await expect(source.fetch("a")).rejects.toThrow("a.tar.zst ends after");
  expect(disk.has("a")).toBe(false);
});

test("the least recently used goes when the disk's share is full; who reads it reads on", async () => {
  await using disk = await createDiskCache({ log: createTestLog() }, 100);
  const keep = (name: string, fill: number) => disk.keep(name, 40, inPieces(Buffer.alloc(40, fill)));
  await keep("a", 1);
  await keep("b", 2);
  const reading = await disk.read("b");
  await readAll(await disk.read("a"));
  await keep("c", 3);
  expect(["a", "b", "c"].map(disk.has)).toEqual([true, false, true]);
  expect(disk.takes(101)).toBe(false);
  expect(await readAll(await disk.read("c"))).toEqual(Buffer.alloc(40, 3));
  expect(await readAll(reading)).toEqual(Buffer.alloc(40, 2));
});
