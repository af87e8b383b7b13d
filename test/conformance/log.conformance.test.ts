/** What a function writes, as `kubectl logs` and `LogType: Tail` show it. */
import { expect } from "bun:test";
import { claim } from "./harness/claim.ts";
import { type EnvironmentOptions, startEnvironment } from "./harness/environment.ts";
import { waitFor } from "./harness/wait.ts";

const timestamp = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
const node = (body: string) => ({ "index.mjs": `export const handler = async (event) => { ${body} }` });

claim(
  "the log of a request is START, its lines in order, END, REPORT, all there when the answer is",
  async () => {
    await using environment = await startEnvironment({
      files: node(
        "console.log('one', { a: 1 }); process.stdout.write('two\\n'); console.error('three'); return 1",
      ),
    });
    const { logTail, requestId } = await environment.invoke({});
    expect(logTail).toMatch(
      new RegExp(
        [
          `^START RequestId: ${requestId} Version: \\$LATEST\n`,
          `${timestamp}\t${requestId}\tINFO\tone \\{ a: 1 \\}\n`,
          "two\n",
          `${timestamp}\t${requestId}\tERROR\tthree\n`,
          `END RequestId: ${requestId}\n`,
          `REPORT RequestId: ${requestId}\tDuration: \\d+\\.\\d\\d ms\tBilled Duration: \\d+ ms\tMemory Size: 256 MB\tMax Memory Used: \\d+ MB\tInit Duration: \\d+\\.\\d\\d ms\t\n$`,
        ].join(""),
      ),
    );
    await waitFor("the whole log", () => environment.supervisor.log().includes(logTail));
    expect(environment.supervisor.log()).toMatch(
      /^INIT_START Runtime Version: nodejs:24\.v1\tRuntime Version ARN: arn:aws:lambda:/,
    );
  },
);

claim("lines written right before the answer are in the tail, every time", async () => {
  await using environment = await startEnvironment({
    files: node(
      "process.stdout.write('z'.repeat(150_000) + '\\n'); console.log('last words of', event.n); return event.n",
    ),
  });
  for (let n = 0; n < 50; n++) {
    expect((await environment.invoke({ n })).logTail).toContain(`last words of ${n}\n`);
  }
});

claim("the tail is the last 4 KB, and absent when not asked for", async () => {
  await using environment = await startEnvironment({
    files: node("console.log('x'.repeat(10000)); console.log('end'); return 1"),
  });
  const long = await environment.invoke({});
  expect(long.logTail).toHaveLength(4096);
  expect(long.logTail).toMatch(/x\n.*\tINFO\tend\nEND .*\nREPORT .*\t\n$/);
  expect((await environment.invoke({}, { logTail: false })).end.logTail).toBeUndefined();
});

claim("a line without an end, before an exit, is still a line", async () => {
  await using environment = await startEnvironment({
    files: node("process.stdout.write('half'); process.exit(1)"),
  });
  expect((await environment.invoke({})).logTail).toMatch(/\nhalf\nEND /);
});

claim("/dev/stdout and /dev/stderr can be opened by their paths", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.mjs": `import fs from "node:fs"; import child from "node:child_process";
        export const handler = async () => {
          fs.writeFileSync("/dev/stdout", "by path\\n");
          child.spawnSync("sh", ["-c", "echo of a child > /dev/stderr"], { stdio: "inherit" });
        };`,
    },
  });
  const { logTail } = await environment.invoke({});
  expect(logTail).toMatch(/^START .*\n[\s\S]*\nEND /);
  for (const line of ["by path", "of a child"]) expect(logTail.split("\n")).toContain(line);
});

claim("what stderr says of a crash is in the log", async () => {
  await using environment = await startEnvironment({
    language: "python3.11",
    files: {
      "index.py":
        "import os, sys\ndef handler(event, context):\n    sys.stderr.write('about to go\\n')\n    os.abort()\n",
    },
  });
  const { logTail, text } = await environment.invoke({});
  expect(text).toContain("signal: aborted");
  expect(logTail).toContain("about to go\n");
});

const megabytes: Array<[title: string, options: EnvironmentOptions]> = [
  ["Node", { files: node("for (let i = 0; i < 4000; i++) console.log('y'.repeat(1000)); return 'done'") }],
  [
    "a Node process that exits",
    { files: node("for (let i = 0; i < 4000; i++) console.log('y'.repeat(1000)); process.exit(1)") },
  ],
  [
    "Python",
    {
      language: "python3.11",
      files: { "index.py": "def handler(event, context):\n    for i in range(4000): print('y' * 1000)\n" },
    },
  ],
];

for (const [title, options] of megabytes) {
  claim(`megabytes that ${title} writes are in the log, whole and before the end`, async () => {
    await using environment = await startEnvironment({ ...options, assignment: { timeoutMs: 20_000 } });
    const { logTail } = await environment.invoke({});
    expect(logTail).toMatch(/y{1000}\nEND /);
    const lines = () => environment.supervisor.log().split("\n");
    const whole = () => lines().filter((line) => line.endsWith("y".repeat(1000)));
    await waitFor("the report", () => lines().some((line) => line.startsWith("REPORT ")));
    expect(whole()).toHaveLength(4000);
  });
}

claim("a failed INIT carries the end of its log", async () => {
  await using environment = await startEnvironment({
    files: { "index.mjs": "console.log('starting'); throw new Error('no')" },
  });
  const { logTail, error } = await environment.initialized();
  expect(error).toEqual({ errorType: "Error", errorMessage: "no" });
  expect(logTail).toMatch(
    /^INIT_START .*\n.*\tundefined\tINFO\tstarting\n.*\tundefined\tERROR\tUncaught Exception \t.*\nINIT_REPORT .*\tPhase: init\tStatus: error\tError Type: Runtime.Unknown\n$/,
  );
});

const lines = (log: string) =>
  log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

claim("in JSON format every line is an object, and levels below the wanted one are left out", async () => {
  await using environment = await startEnvironment({
    files: node(
      "console.debug('unseen'); console.info('seen', 2); console.warn({ a: 1 }); console.error(new TypeError('bad')); return 1",
    ),
    assignment: { logFormat: "JSON", applicationLogLevel: "INFO" },
  });
  const { logTail, requestId } = await environment.invoke({});
  expect(lines(logTail)).toEqual([
    { time: expect.any(String), type: "platform.start", record: { requestId, version: "$LATEST" } },
    { timestamp: expect.any(String), level: "INFO", requestId, message: "seen 2" },
    { timestamp: expect.any(String), level: "WARN", requestId, message: { a: 1 } },
    {
      timestamp: expect.any(String),
      level: "ERROR",
      requestId,
      message: { errorType: "TypeError", errorMessage: "bad", stackTrace: expect.any(Array) },
    },
    {
      time: expect.any(String),
      type: "platform.report",
      record: {
        requestId,
        status: "success",
        metrics: {
          durationMs: expect.any(Number),
          billedDurationMs: expect.any(Number),
          memorySizeMB: 256,
          maxMemoryUsedMB: expect.any(Number),
          initDurationMs: expect.any(Number),
        },
      },
    },
  ]);
});

claim("Python logs JSON as well, with the request, extra fields and exceptions", async () => {
  await using environment = await startEnvironment({
    language: "python3.11",
    files: {
      "index.py": `import logging
def handler(event, context):
    logging.debug("unseen")
    logging.info("seen %s", 2, extra={"order": 7})
    try:
        raise ValueError("bad")
    except ValueError:
        logging.exception("caught")
    raise KeyError("out")
`,
    },
    assignment: { logFormat: "JSON", applicationLogLevel: "INFO" },
  });
  const { logTail, requestId } = await environment.invoke({});
  expect(lines(logTail).slice(1, 4)).toEqual([
    { timestamp: expect.any(String), level: "INFO", message: "seen 2", logger: "root", requestId, order: 7 },
    {
      timestamp: expect.any(String),
      level: "ERROR",
      message: "caught",
      logger: "root",
      requestId,
      errorType: "ValueError",
      errorMessage: "bad",
      stackTrace: expect.any(Array),
      location: expect.stringContaining("index.py:handler:"),
    },
    {
      timestamp: expect.any(String),
      level: "ERROR",
      errorType: "KeyError",
      errorMessage: "'out'",
      requestId,
      stackTrace: expect.any(Array),
    },
  ]);
});

claim("an environment that leaves takes its last lines with it", async () => {
  await using environment = await startEnvironment({
    files: node("for (let i = 0; i < 2000; i++) console.log('w'.repeat(1000)); return 1"),
  });
  const { requestId } = await environment.invoke({});
  environment.supervisor.signal("SIGTERM");
  expect(await environment.supervisor.exited()).toEqual({ code: 0, signal: null });
  await waitFor("the report", () => environment.supervisor.log().includes(`REPORT RequestId: ${requestId}`));
});
