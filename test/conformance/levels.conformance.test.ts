/** `applicationLogLevel` in the JSON log: each level shows its own records and those above, in each language. */
import { expect } from "bun:test";
import { claim } from "./harness/claim.ts";
import { startEnvironment } from "./harness/environment.ts";

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
