import { expect, test } from "vitest";
import { describeExtensionEnding, type Ending } from "../process/ending.ts";
import { shutdownTimes } from "./shutdown.ts";

test("only those are asked to end who have extensions, with Lambda's times", () => {
  expect(shutdownTimes({ external: 0, internal: 0 })).toEqual({ runtimeMs: 0, totalMs: 0 });
  expect(shutdownTimes({ external: 0, internal: 2 })).toEqual({ runtimeMs: 500, totalMs: 500 });
  expect(shutdownTimes({ external: 1, internal: 0 })).toEqual({ runtimeMs: 300, totalMs: 2000 });
  expect(shutdownTimes({ external: 1, internal: 3 })).toEqual({ runtimeMs: 300, totalMs: 2000 });
});

const endings: Array<[Ending, string, string]> = [
  [{ kind: "code", code: 0 }, "Extension.Crash", "exit code 0"],
  [{ kind: "code", code: 3 }, "Extension.Crash", "exit status 3"],
  [{ kind: "signal", signal: "SIGSEGV" }, "Extension.Crash", "signal: segmentation fault"],
  [{ kind: "entrypoint", message: "fork/exec x: EACCES" }, "Extension.LaunchError", "fork/exec x: EACCES"],
];

test.each(endings)("an extension's end by %j is told in Lambda's words", (ending, errorType, message) => {
  expect(describeExtensionEnding(ending)).toEqual({ errorType, message });
});
