/** How an environment fares when INIT or memory fails (docs/lambda.md, outcomes), the same in every language: row by row. */
import { expect } from "bun:test";
import type { Files } from "./harness/archive.ts";
import { claim } from "./harness/claim.ts";
import { startEnvironment } from "./harness/environment.ts";

/** What a module does while it is loaded, in each language; `first` is true once only, whatever was reset since. */
interface Deed {
  node: string;
  python: string;
}

const deeds = {
  "exits with status 7": { node: "process.exit(7)", python: "os._exit(7)" },
  "exits with status 0": { node: "process.exit(0)", python: "os._exit(0)" },
  "is killed": { node: "process.kill(process.pid, 'SIGKILL'); for (;;);", python: "os.kill(os.getpid(), 9)" },
  "has a segmentation fault": {
    node: "process.kill(process.pid, 'SIGSEGV'); for (;;);",
    python: "os.kill(os.getpid(), 11)",
  },
  aborts: { node: "process.abort()", python: "os.abort()" },
  "takes all memory": {
    node: "for (const held = []; ; ) { held.push(Buffer.alloc(8 << 20, 1)); await new Promise((r) => setTimeout(r, 1)); }",
    python: "held = [b'x' * (8 << 20) for _ in range(1000) if time.sleep(0.001) is None]",
  },
} satisfies Record<string, Deed>;

const exit = (how: string) => ({
  errorType: "Runtime.ExitError",
  errorMessage: `RequestId: <id> Error: Runtime exited ${how}`,
});
const outcomes: Record<keyof typeof deeds, { errorType: string; errorMessage: string }> = {
  "exits with status 7": exit("with error: exit status 7"),
  "exits with status 0": exit("without providing a reason"),
  "is killed": exit("with error: signal: killed"),
  "has a segmentation fault": exit("with error: signal: segmentation fault"),
  aborts: exit("with error: signal: aborted"),
  "takes all memory": {
    errorType: "Runtime.OutOfMemory",
    errorMessage: "RequestId: <id> Error: Runtime exited with error: signal: killed",
  },
};

/** INIT does it as often as `turns` says: the mark of each is a file in `/tmp`, which a reset keeps. */
const module = ({ node, python }: Deed, turns: number): Files => ({
  "index.mjs": `import fs from "node:fs";
const tmp = process.env.LAMBDA_TASK_ROOT + "/../tmp/";
const turns = fs.readdirSync(tmp).filter((name) => name.startsWith("turn"));
if (turns.length < ${turns}) { fs.writeFileSync(tmp + "turn" + turns.length, ""); ${node}; }
export const handler = async () => turns.length;`,
  "index.py": `import os, time
tmp = os.environ["LAMBDA_TASK_ROOT"] + "/../tmp/"
turns = [name for name in os.listdir(tmp) if name.startswith("turn")]
if len(turns) < ${turns}:
    open(tmp + "turn" + str(len(turns)), "w").close()
    ${python}
def handler(event, context): return len(turns)`,
});

const assignment = { memorySizeMb: 256, timeoutMs: 20_000 };

for (const language of ["nodejs24.x", "python3.11"] as const) {
  for (const [title, deed] of Object.entries(deeds)) {
    const { errorType, errorMessage } = outcomes[title as keyof typeof deeds];
    claim(
      `${language}: a module that ${title} fails INIT, its repetition, and not the environment`,
      async () => {
        await using environment = await startEnvironment({ language, assignment, files: module(deed, 2) });
        const failed = await environment.invoke({});
        expect(await environment.initialized()).toMatchObject({ status: "error", error: { errorType } });
        expect(failed.head?.functionError).toBe("Unhandled");
        expect(failed.json).toEqual({
          errorType,
          errorMessage: errorMessage.replace("<id>", failed.requestId),
        });
        expect(failed.logTail).toMatch(
          new RegExp(
            `^INIT_REPORT Init Duration: .*\\tPhase: invoke\\tStatus: error\\tError Type: ${errorType}$`,
            "m",
          ),
        );
        expect((await environment.invoke({})).json).toBe(2);
      },
    );
  }

  claim(
    `${language}: INIT that failed once is repeated within the first invocation, whose caller sees nothing`,
    async () => {
      const files = module(deeds["exits with status 7"], 1);
      await using environment = await startEnvironment({ language, assignment, files });
      const result = await environment.invoke({});
      expect([result.head?.functionError, result.json]).toEqual([undefined, 1]);
      expect(environment.supervisor.log()).toMatch(
        /\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\n/,
      );
      expect(result.end.initMs).toBeUndefined();
    },
  );
}
