/**
 * Processes started before their function is known: what user code can see must be what it sees in a process started for it,
 * and what such a process cannot become, it does not.
 */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Assignment } from "../../crds/link/messages.ts";
import { startOnlyVariables, startVariables } from "../../crds/runtimes.ts";
import { archive, type Files } from "./harness/archive.ts";
import { claim } from "./harness/claim.ts";
import { anAssignment, assign, invoke, startEnvironment, startUnclaimed } from "./harness/environment.ts";
import { connectExtension, waitingExtensions } from "./harness/extension.ts";
import { startOnly } from "./harness/start-only.ts";
import type { Language } from "./harness/supervisor.ts";
import { waitFor } from "./harness/wait.ts";

const rounds = 4;

/** Everything a Node function may look at when its module is loaded, and again when it runs. */
const node: Files = {
  "index.mjs": `import { createRequire } from "node:module";
    import v8 from "node:v8";
    const look = () => ({
      env: process.env, argv: process.argv, execArgv: process.execArgv, cwd: process.cwd(), title: process.title,
      offset: new Date(0).getTimezoneOffset(), date: new Date(0).toString(),
      zone: Intl.DateTimeFormat().resolvedOptions(), heap: v8.getHeapStatistics().heap_size_limit,
      listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
      globals: Object.getOwnPropertyNames(globalThis), cache: Object.keys(createRequire(import.meta.url).cache),
      paths: createRequire(import.meta.url).resolve.paths("x"), umask: process.umask(),
      stack: Error.stackTraceLimit, main: process.mainModule,
    });
    const loaded = look();
    console.log("said while loading");
    export const handler = async (_, context) => {
      console.info("said while running");
      return { loaded, now: look(), context };
    };`,
};

const python: Files = {
  "index.py": `import json, locale, logging, os, sys, threading, time
def look():
    return {"env": dict(os.environ), "argv": sys.argv, "flags": list(sys.flags), "path": sys.path, "cwd": os.getcwd(),
        "zone": [time.tzname, time.timezone, time.localtime(0).tm_hour], "locale": locale.getlocale(),
        "level": logging.getLogger().level, "handlers": [repr(type(h.formatter)) for h in logging.getLogger().handlers],
        "threads": threading.active_count(), "encoding": sys.stdout.encoding, "file": __file__,
        "modules": sorted(n for n in sys.modules if not n.startswith("kambda_runtime"))}
loaded = look()
logging.getLogger().warning("said while loading")
def handler(event, context):
    logging.getLogger().error("said while running")
    return {"loaded": loaded, "now": look(), "context": repr(context), "memory": context.memory_limit_in_mb}
`,
};

interface Case {
  family: keyof typeof startOnly;
  language: Language;
  files: Files;
}

const cases: Case[] = [
  { family: "nodejs", language: "nodejs24.x", files: node },
  { family: "nodejs", language: "nodejs22.x", files: node },
  { family: "nodejs", language: "nodejs20.x", files: node },
  { family: "python", language: "python3.11", files: python },
];

/** What a function saw and what was logged, without what differs between any two environments. */
async function see({ family, language, files }: Case, assignment: Partial<Assignment>, ahead?: number) {
  const names = startOnlyVariables(family, [
    ...Object.keys(assignment.variables ?? {}),
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  ]);
  const options = {
    language,
    files: { ...files, ...wrapper },
    assignment: { startOnly: names, ...assignment },
    ...(ahead === undefined ? {} : { ahead, supervisorVariables: { KAMBDA_AHEAD_MEMORY_MB: "256" } }),
  };
  await using environment = await startEnvironment(options);
  const result = await environment.invoke({}, { requestId: "the-request", timeoutMs: 5000 });
  const { taskRoot } = environment.supervisor;
  const folder = taskRoot.slice(0, -"/task".length);
  const plain = (text: string) =>
    text
      .replaceAll(folder, "<folder>")
      .replaceAll(/ at 0x[0-9a-f]+/g, "")
      .replaceAll(/127\.0\.0\.1:\d+/g, "<api>")
      .replaceAll(/\d{4}\/\d\d\/\d\d\/\[[^\]]*\][0-9a-f]{32}/g, "<stream>");
  // Its lines leave after its answer.
  const { log: logged } = environment.supervisor;
  await waitFor("the report", () => /REPORT|platform\.report/.exec(logged()) ?? undefined);
  const log = plain(logged())
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replaceAll(/[\d.]+ ms|\d+ MB/g, "<amount>")
    .replaceAll(/(duration|billed|memory)(\w*)":[\d.]+/gi, "$1$2:<amount>");
  const seen: unknown = JSON.parse(plain(result.text));
  return { seen, log, process: (await environment.initialized()).process };
}

/** Starts what it is given, with a mark that it did. */
const wrapper: Files = {
  wrapper: { content: '#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n', mode: 0o755 },
};

const takes: Array<[string, Partial<Assignment>]> = [
  ["no variables", {}],
  [
    "variables, a zone and another function's name",
    {
      functionName: "other",
      handler: "index.handler",
      variables: { STAGE: "test", EMPTY: "", TZ: "Asia/Kathmandu", NODE_ENV: "production", TEXT: "ü\n =" },
    },
  ],
  ["JSON logs with a level", { logFormat: "JSON", applicationLogLevel: "WARN" }],
];

for (const one of cases) {
  for (const [title, assignment] of takes)
    claim(
      `${one.language}: a function with ${title} cannot tell that its process was started ahead`,
      async () => {
        const ahead = await see(one, assignment, rounds);
        const anew = await see(one, assignment);
        expect([ahead.process, anew.process]).toEqual(["ahead", "anew"]);
        expect(ahead.seen).toEqual(anew.seen);
        expect(ahead.log).toBe(anew.log);
      },
    );
}

const newest = (one: Case) => cases.find(({ family }) => family === one.family) === one;

for (const one of cases.filter((each) => !newest(each)))
  claim(`${one.language}: all that a started process cannot take is in force together`, async () => {
    const assignment = { variables: startOnly[one.family] };
    const ahead = await see(one, assignment, rounds);
    const anew = await see(one, assignment);
    expect([ahead.process, anew.process]).toEqual(["anew", "anew"]);
    expect(ahead.seen).toEqual(anew.seen);
  });

for (const one of cases.filter(newest)) {
  for (const [name, value] of Object.entries(startOnly[one.family]))
    claim(`${one.language}: ${name} is in force, for the process is started anew`, async () => {
      const assignment = { variables: { [name]: value } };
      const ahead = await see(one, assignment, rounds);
      const anew = await see(one, assignment);
      expect(ahead.process).toBe("anew");
      expect(ahead.seen).toEqual(anew.seen);
      expect(ahead.log).toBe(anew.log);
    });
}

test("every variable that a started process cannot take has its case", () => {
  // The memory size is the assignment's own, and has a case of its own below.
  const elsewhere = ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"];
  for (const { family } of cases) {
    const names = [...Object.keys(startOnly[family]), ...elsewhere];
    const covers = (pattern: string) =>
      names.some((name) =>
        pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
      );
    expect(startVariables[family].filter((pattern) => !covers(pattern))).toEqual([]);
  }
});

claim("an exec wrapper wraps the process, which is started anew", async () => {
  const [one] = cases;
  if (one === undefined) throw new Error("no case");
  await using environment = await startEnvironment({
    language: "nodejs24.x",
    ahead: rounds,
    files: { "index.mjs": "export const handler = async () => process.env.WRAPPED;", ...wrapper },
    assignment: {
      startOnly: ["AWS_LAMBDA_EXEC_WRAPPER"],
      variables: { AWS_LAMBDA_EXEC_WRAPPER: "./wrapper" },
    },
  });
  expect((await environment.invoke()).json).toBe("yes");
  expect((await environment.initialized()).process).toBe("anew");
});

claim("a Node function of another memory size than its class gets the heap of its own size", async () => {
  const [one] = cases;
  if (one === undefined) throw new Error("no case");
  const ahead = await see(one, { memorySizeMb: 200 }, rounds);
  const anew = await see(one, { memorySizeMb: 200 });
  expect(ahead.process).toBe("anew");
  expect(ahead.seen).toEqual(anew.seen);
});

for (const place of ["code", "a layer"] as const) {
  claim(`native libraries that come with ${place} are found, for the process is started anew`, async () => {
    const library = readFileSync("/lib/x86_64-linux-gnu/libz.so.1");
    const lib: Files = { "lib/libgreeting.so": { content: library, mode: 0o755 } };
    const source = `import ctypes
def handler(event, context):
    return ctypes.CDLL("libgreeting.so").zlibCompileFlags() != 0`;
    await using environment = await startEnvironment({
      language: "python3.11",
      ahead: rounds,
      files: { "index.py": source, ...(place === "code" ? lib : {}) },
      layers: place === "code" ? [] : [lib],
    });
    expect((await environment.invoke()).json).toBe(true);
    expect((await environment.initialized()).process).toBe("anew");
  });
}

claim("a layer's modules are found by a process that was started before they came", async () => {
  await using environment = await startEnvironment({
    ahead: rounds,
    files: { "index.cjs": "exports.handler = async () => require('greeting');" },
    layers: [{ "nodejs/node_modules/greeting/index.js": "module.exports = 'hello'" }],
  });
  expect((await environment.invoke()).json).toBe("hello");
  expect((await environment.initialized()).process).toBe("ahead");
});

claim("extensions start before the runtime, which is started anew", async () => {
  await using environment = await startEnvironment({
    ahead: rounds,
    files: { "index.mjs": "export const handler = async () => 1;" },
    layers: [waitingExtensions("a")],
  });
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register([]);
  a.free();
  expect((await environment.invoke()).json).toBe(1);
  expect((await environment.initialized()).process).toBe("anew");
});

claim("a gateway that does not say what a started process cannot take gets a new one", async () => {
  const { supervisor, peer, gateway } = await startUnclaimed({ ahead: rounds });
  const { startOnly: _, ...assignment } = anAssignment({});
  assign(peer, assignment, await archive({ "index.mjs": "export const handler = async () => 1;" }));
  expect((await invoke(peer, assignment, {}, {})).json).toBe(1);
  const initialized = peer.received.find(({ type }) => type === "initialized");
  expect(initialized?.head).toMatchObject({ process: "anew" });
  await supervisor.dispose();
  gateway.close();
});

/** The processes that a supervisor has started. */
const childrenOf = (pid: number): number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((one) => Number.isInteger(one) && existsSync(`/proc/${one}/stat`))
    .filter((one) => {
      try {
        const stat = readFileSync(`/proc/${one}/stat`, "utf8");
        return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid;
      } catch {
        return false;
      }
    });

claim("a process that dies while it waits is replaced, and leaves no line in the log", async () => {
  const { supervisor, peer, gateway } = await startUnclaimed({ ahead: rounds });
  const [first = 0] = childrenOf(supervisor.pid);
  expect(first).toBeGreaterThan(0);
  process.kill(first, "SIGKILL");
  const next = await waitFor("another process", () =>
    childrenOf(supervisor.pid).find((pid) => pid !== first),
  );
  expect(next).toBeGreaterThan(0);
  expect(supervisor.log()).toBe("");
  // Nothing of it is said on the link: `standing` answers the gateway's welcome.
  expect(peer.received.filter(({ type }) => type !== "standing")).toEqual([]);
  await supervisor.dispose();
  gateway.close();
});
