/** Levels of the JSON log: `applicationLogLevel` shows its own records and those above, in each language; `systemLogLevel` sifts ours. */
import { expect } from "bun:test";
import { claim } from "./harness/claim.ts";
import { startEnvironment } from "./harness/environment.ts";
import { waitFor } from "./harness/wait.ts";

const files = {
  "index.mjs": `export const handler = async () => {
    for (const level of ["trace", "debug", "info", "warn", "error", "fatal"]) console[level](level);
  };`,
  "index.py": `import logging
def handler(event, context):
    for level in ["debug", "info", "warning", "error", "critical"]: getattr(logging, level)(level)
`,
};

/** Python's levels have names of their own, and no TRACE. */
const said = {
  "nodejs24.x": ["trace", "debug", "info", "warn", "error", "fatal"],
  "python3.11": [undefined, "debug", "info", "warning", "error", "critical"],
} as const;
const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;

for (const language of ["nodejs24.x", "python3.11"] as const) {
  claim(`${language}: each application log level shows its records and those above`, async () => {
    for (const [index, applicationLogLevel] of levels.entries()) {
      const assignment = { logFormat: "JSON", applicationLogLevel, systemLogLevel: "WARN" } as const;
      await using environment = await startEnvironment({ language, files, assignment });
      const { logTail } = await environment.invoke({});
      const messages = logTail
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { message: string }).message);
      const shown = said[language].slice(index).filter((message) => message !== undefined);
      expect([applicationLogLevel, messages]).toEqual([applicationLogLevel, shown]);
    }
  });
}

/** What each level shows of an invocation that succeeds and of one that fails. */
const told = {
  DEBUG: {
    good: ["initStart", "initRuntimeDone", "initReport", "start", "runtimeDone", "report"],
    bad: ["start", "runtimeDone", "report"],
  },
  INFO: { good: ["initStart", "start", "report"], bad: ["start", "runtimeDone", "report"] },
  WARN: { good: [], bad: ["runtimeDone", "report"] },
} as const;

for (const [systemLogLevel, { good, bad }] of Object.entries(told)) {
  claim(
    `the system's log level ${systemLogLevel} shows what Lambda's does of us, whatever the function's is`,
    async () => {
      const files = {
        "index.mjs": "export const handler = async ({ exit }) => { if (exit) process.exit(1); };",
      };
      const assignment = {
        logFormat: "JSON",
        applicationLogLevel: "FATAL",
        systemLogLevel: systemLogLevel as keyof typeof told,
      } as const;
      await using environment = await startEnvironment({ files, assignment });
      const types = () => environment.supervisor.log().match(/(?<="type":"platform\.)\w+/g) ?? [];
      await environment.invoke({});
      await waitFor("what a success tells", () => types().length >= good.length);
      expect(types()).toEqual([...good]);
      await environment.invoke({ exit: true });
      await waitFor("what a failure tells", () => types().length >= good.length + bad.length);
      expect(types()).toEqual([...good, ...bad]);
    },
  );
}
