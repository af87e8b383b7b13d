import { expect, test } from "vitest";
import { fc } from "../../../test/support/properties.ts";
import { createLineSplitter } from "./lines.ts";
import { platformLine } from "./platform.ts";
import { createTail } from "./tail.ts";

const bytes = (text: string) => Buffer.from(text);
const text = (pieces: Uint8Array[]) => Buffer.concat(pieces).toString();

test("lines come whole, however they were written, and nothing is lost", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z\n]{0,20}$/)), (writes) => {
      const splitter = createLineSplitter();
      const lines = [...writes.flatMap((write) => splitter.push(bytes(write))), ...splitter.flush()];
      const written = writes.join("");
      expect(text(lines)).toBe(written === "" || written.endsWith("\n") ? written : `${written}\n`);
      for (const line of lines) expect(line.toString()).toMatch(/^[^\n]*\n$/);
    }),
  );
});

test("a line past the limit becomes several", () => {
  const splitter = createLineSplitter(4);
  expect(splitter.push(bytes("abcdefghij\nkl")).map(String)).toEqual(["abcd\n", "efgh\n", "ij\n"]);
  expect(splitter.flush().map(String)).toEqual(["kl\n"]);
});

test("the tail is the end of what was written", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{0,30}$/)), (writes) => {
      const tail = createTail(16);
      for (const write of writes) tail.push(bytes(write));
      expect(tail.read().toString()).toBe(writes.join("").slice(-16));
    }),
  );
});

test("the tail does not begin within a character", () => {
  const tail = createTail(4);
  tail.push(bytes("äöü"));
  expect(tail.read().toString()).toBe("öü");
  tail.push(bytes("x"));
  expect(tail.read().toString()).toBe("üx");
});

const report = {
  type: "report",
  requestId: "r-1",
  status: "success",
  durationMs: 3.009,
  billedMs: 4,
  memorySizeMb: 128,
  memoryUsedMb: 36,
} as const;

test("platform lines have Lambda's text form", () => {
  const line = (event: Parameters<typeof platformLine>[0]) => platformLine(event, "Text", 0);
  expect(line({ type: "start", requestId: "r-1", version: "$LATEST" })).toBe(
    "START RequestId: r-1 Version: $LATEST\n",
  );
  expect(line({ type: "end", requestId: "r-1" })).toBe("END RequestId: r-1\n");
  expect(line({ ...report, initMs: 110.1 })).toBe(
    "REPORT RequestId: r-1\tDuration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 110.10 ms\t\n",
  );
  expect(line({ ...report, status: "timeout" })).toMatch(/\tMax Memory Used: 36 MB\tStatus: timeout\t\n$/);
  expect(
    line({
      type: "initReport",
      initializationType: "on-demand",
      durationMs: 206.72,
      phase: "init",
      status: "error",
      errorType: "Runtime.ExitError",
    }),
  ).toBe("INIT_REPORT Init Duration: 206.72 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\n");
  expect(line({ type: "timedOut", requestId: "r-1", timeoutMs: 3000 })).toBe(
    "1970-01-01T00:00:00.000Z r-1 Task timed out after 3.00 seconds\n\n",
  );
});

test("platform lines have Lambda's JSON form", () => {
  const line = (event: Parameters<typeof platformLine>[0]) => platformLine(event, "JSON", 0);
  expect(JSON.parse(line({ type: "start", requestId: "r-1", version: "7" }))).toEqual({
    time: "1970-01-01T00:00:00.000Z",
    type: "platform.start",
    record: { requestId: "r-1", version: "7" },
  });
  expect(JSON.parse(line({ ...report, initMs: 110.1 }))).toEqual({
    time: "1970-01-01T00:00:00.000Z",
    type: "platform.report",
    record: {
      requestId: "r-1",
      status: "success",
      metrics: {
        durationMs: 3.009,
        billedDurationMs: 4,
        memorySizeMB: 128,
        maxMemoryUsedMB: 36,
        initDurationMs: 110.1,
      },
    },
  });
  const init = { initializationType: "on-demand", phase: "init", status: "success" } as const;
  expect(JSON.parse(line({ type: "initReport", ...init, durationMs: 6.584111000003759 })).record).toEqual({
    ...init,
    metrics: { durationMs: 6.584 },
  });
  expect(line({ type: "end", requestId: "r-1" })).toBe("");
});
