import { expect, test } from "vitest";
import type { PlatformEvent } from "./event.ts";
import { isWanted, type SystemLogLevel } from "./platform.ts";

const init = { phase: "init", initializationType: "on-demand", status: "success" } as const;
const report = {
  type: "report",
  requestId: "r",
  status: "success",
  durationMs: 1,
  billedMs: 1,
  memorySizeMb: 128,
  memoryUsedMb: 36,
} as const;
const done = {
  type: "runtimeDone",
  requestId: "r",
  status: "success",
  durationMs: 1,
  producedBytes: 0,
} as const;

/** Lambda's table: the lowest level at which each event is still a line of the JSON log. */
const table: Array<[event: PlatformEvent, level: SystemLogLevel]> = [
  [{ ...init, type: "initStart", runtime: "r", runtimeArn: "a", functionName: "f", version: "1" }, "INFO"],
  [{ ...init, type: "initRuntimeDone" }, "DEBUG"],
  [{ ...init, type: "initRuntimeDone", status: "error" }, "WARN"],
  [{ ...init, type: "initReport", durationMs: 1 }, "DEBUG"],
  [{ ...init, type: "initReport", durationMs: 1, initializationType: "provisioned-concurrency" }, "INFO"],
  [{ ...init, type: "initReport", durationMs: 1, status: "timeout" }, "WARN"],
  [{ type: "restoreStart", runtime: "r", runtimeArn: "a", functionName: "f", version: "1" }, "INFO"],
  [{ type: "restoreRuntimeDone", status: "success" }, "DEBUG"],
  [{ type: "restoreRuntimeDone", status: "error" }, "WARN"],
  [{ type: "restoreReport", status: "success", durationMs: 1 }, "INFO"],
  [{ type: "restoreReport", status: "timeout", durationMs: 1 }, "WARN"],
  [{ type: "start", requestId: "r", version: "1" }, "INFO"],
  [{ ...done, spans: [] }, "DEBUG"],
  [{ ...done, spans: [], status: "timeout" }, "WARN"],
  [report, "INFO"],
  [{ ...report, status: "error" }, "WARN"],
  [{ type: "extension", name: "e", state: "Ready", events: [] }, "INFO"],
  [{ type: "extension", name: "e", state: "ExitError", events: [], errorType: "Extension.X" }, "WARN"],
  [{ type: "subscription", api: "telemetry", name: "e", types: [] }, "INFO"],
];
const levels: SystemLogLevel[] = ["DEBUG", "INFO", "WARN"];

test("the system's log level sifts the JSON log as Lambda's table says, and the text log never", () => {
  for (const [event, lowest] of table) {
    for (const level of levels) {
      const isShown = levels.indexOf(lowest) >= levels.indexOf(level);
      expect([event, level, isWanted(event, "JSON", level)]).toEqual([event, level, isShown]);
      expect(isWanted(event, "Text", level)).toBe(true);
    }
  }
});
