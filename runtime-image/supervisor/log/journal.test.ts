import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { systemClock } from "../clock/clock.ts";
import { logAheadBytesMax, logBurstMax } from "../limits.ts";
import { drain } from "./drain.ts";
import { createJournal } from "./journal.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a function that writes faster than its log is taken waits, and goes on when it is", async () => {
  const pending: Array<() => void> = [];
  let takenBytes = 0;
  const journal = createJournal(
    { clock: systemClock },
    {
      write: (bytes, left) => {
        takenBytes += bytes.length;
        pending.push(left);
      },
    },
  );
  const stream = new PassThrough();
  journal.capture([stream]);
  const line = `${"x".repeat(1023)}\n`;
  const totalBytes = logAheadBytesMax * 3;
  const written = (async () => {
    for (let bytes = 0; bytes < totalBytes; bytes += line.length) {
      if (!stream.write(line)) await new Promise((resolve) => stream.once("drain", resolve));
    }
  })();
  for (let turns = 0; turns < 20_000 && !stream.isPaused(); turns++) await turn();
  expect(stream.isPaused()).toBe(true);
  expect(takenBytes).toBeLessThan(logAheadBytesMax * 1.5);
  for (let turns = 0; turns < 20_000 && takenBytes < totalBytes; turns++) {
    for (const left of pending.splice(0)) left();
    await turn();
  }
  await written;
  expect(takenBytes).toBe(totalBytes);
});

test("lines are written together, a moment after the first", async () => {
  const writes: string[] = [];
  const journal = createJournal(
    { clock: systemClock },
    { write: (bytes) => void writes.push(Buffer.from(bytes).toString()) },
  );
  journal.platform({ type: "end", requestId: "a" });
  journal.platform({ type: "end", requestId: "b" });
  await turn();
  expect(writes).toEqual([]);
  await expect.poll(() => writes).toEqual(["END RequestId: a\nEND RequestId: b\n"]);
});

test("each invocation's lines leave at its end, until many follow each other: then some together", async () => {
  const writes: string[] = [];
  const journal = createJournal(
    { clock: systemClock },
    { write: (bytes) => void writes.push(Buffer.from(bytes).toString()) },
  );
  const end = (requestId: string) => {
    journal.platform({ type: "end", requestId });
    journal.release();
  };
  const invocations = logBurstMax * 3;
  for (let index = 0; index < invocations; index++) end(`${index}`);
  expect(writes.length).toBeLessThanOrEqual(logBurstMax + 1);
  expect(writes.slice(0, 2)).toEqual(["END RequestId: 0\n", "END RequestId: 1\n"]);
  const all = Array.from({ length: invocations }, (_, index) => `END RequestId: ${index}\n`).join("");
  await expect.poll(() => writes.join("")).toBe(all);
});

test("what must not be lost is written at once", () => {
  const writes: string[] = [];
  const journal = createJournal(
    { clock: systemClock },
    { write: (bytes) => void writes.push(Buffer.from(bytes).toString()) },
  );
  for (const requestId of ["a", "b"]) {
    journal.platform({ type: "end", requestId });
    journal.flush();
  }
  expect(writes.length).toBe(2);
});

test("a drain ends when nothing more comes, however much came before", async () => {
  let left = 5;
  let seenBytes = 0;
  const clock = {
    ...systemClock,
    turn(callback: () => void) {
      if (left > 0) seenBytes += 100;
      left -= 1;
      callback();
    },
  };
  expect(await drain(clock, { seenBytes: () => seenBytes, isHeld: () => false })).toBe(true);
  expect(seenBytes).toBe(500);
});

test("a drain gives up on a log that nobody takes", async () => {
  let nowMs = 0;
  const clock = {
    ...systemClock,
    elapsed: () => nowMs,
    after(delayMs: number, callback: () => void) {
      nowMs += delayMs;
      queueMicrotask(callback);
      return () => {};
    },
  };
  expect(await drain(clock, { seenBytes: () => 0, isHeld: () => true })).toBe(false);
  expect(nowMs).toBeGreaterThan(100);
});
