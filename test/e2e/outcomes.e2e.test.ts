/** How an invocation can end, Lambda's body for each, and that the environment it ends badly in is reset and no other. */
import { describe, expect, test } from "bun:test";
import { aFunction, aHandler, aPythonHandler, publicUrl } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { until } from "../support/until.ts";

/** Every misfortune, so that "the next invocation works" is asked of the same environment's successor. */
const fateBody = `globalThis.life ??= crypto.randomUUID();
  console.log("life", life);
  switch (event.do) {
    case "throw": throw new TypeError("no such thing");
    case "throw string": throw "just a string";
    case "sleep": await new Promise((resolve) => setTimeout(resolve, event.ms)); return "awake";
    case "spin": for (;;);
    case "exit": process.exit(event.code);
    case "kill": process.kill(process.pid, event.signal); return new Promise(() => {});
    case "later": setTimeout(() => { throw new Error("too late"); }, 0); return new Promise(() => {});
    case "reject": void Promise.reject(new Error("nobody awaits me")); return new Promise(() => {});
    case "big": return "x".repeat(event.bytes);
    case "bigint": return { n: 1n };
    case "circle": { const a = {}; a.a = a; return a; }
    case "nothing": return;
    case "memory": { const all = []; for (;;) all.push(Buffer.alloc(8 << 20, 1)); }
    default: return { life };
  }`;
/** Its time is so long that, on a busy machine too, only the misfortune itself ends it. */
const fate = aHandler("fate", fateBody, { timeout: 60, memorySize: 256 });
const brief = aHandler("brief", fateBody, { timeout: 2, memorySize: 256 });

const badInit: Record<string, { inline: Record<string, string>; handler?: string }> = {
  "imports-missing": {
    inline: { "index.mjs": `import "./missing.mjs"; export const handler = async () => 1;` },
  },
  "no-module": { inline: { "other.mjs": "export const handler = async () => 1;" } },
  "no-handler": { inline: { "index.mjs": "export const other = async () => 1;" } },
  "no-function": { inline: { "index.mjs": "export const handler = 42;" } },
  "syntax-error": { inline: { "index.mjs": "export const handler = async () => {" } },
  "throws-at-init": {
    inline: { "index.mjs": `console.log("about to fail"); throw new RangeError("at init");` },
  },
  "exits-at-init": { inline: { "index.mjs": "process.exit(7);" } },
};

const python = aPythonHandler(
  "python",
  `import os, sys
def handler(event, context):
    do = event.get("do")
    if do == "raise":
        raise ValueError("no such thing")
    if do == "set":
        return {1, 2}
    if do == "exit":
        sys.exit(event["code"])
    if do == "crash":
        os.kill(os.getpid(), 11)
    return "fine"
`,
  { timeout: 60 },
);
const pythonInit: Record<string, { source: string; handler?: string }> = {
  "python-imports-missing": { source: "import missing_module\ndef handler(e, c): pass\n" },
  "python-no-handler": { source: "def other(e, c): pass\n" },
  "python-syntax-error": { source: "def handler(e, c)\n    pass\n" },
};

const namespace = testNamespace("outcomes", (made) =>
  made.ready(
    fate,
    brief,
    python,
    aHandler("thrower", `throw new Error("a secret");`, { url: publicUrl }),
    ...Object.entries(badInit).map(([name, { inline }]) => aFunction(name, { code: { inline } })),
    ...Object.entries(pythonInit).map(([name, { source }]) => aPythonHandler(name, source)),
  ),
);

interface ErrorBody {
  errorType: string;
  errorMessage: string;
  trace?: string[];
  stackTrace?: string[];
  requestId?: string;
}

/** An invocation that must end in a function error: 200, Unhandled and its body. */
async function errorOf(name: string, event: unknown = {}): Promise<ErrorBody & { id: string; life: string }> {
  const invocation = await namespace.sdk.invoke(name, event, { LogType: "Tail" });
  expect(invocation).toMatchObject({
    statusCode: 200,
    functionError: "Unhandled",
    executedVersion: "$LATEST",
  });
  const life = /life (\S+)/.exec(invocation.log ?? "")?.[1] ?? "";
  return { ...invocation.json<ErrorBody>(), id: invocation.requestId ?? "", life };
}

const lifeNow = async (name = "fate") => (await namespace.sdk.invoke(name, {})).json<{ life: string }>().life;

/** A life is one runtime process: after a reset the one that failed never answers again. */
async function expectReset({ life }: { life: string }, name = "fate"): Promise<void> {
  expect(life).not.toBe("");
  expect(await lifeNow(name)).not.toBe(life);
}

describe("a handler that", () => {
  test("throws: its type, message and trace, and the environment lives on", async () => {
    const error = await errorOf("fate", { do: "throw" });
    expect(error).toMatchObject({ errorType: "TypeError", errorMessage: "no such thing" });
    expect(error.trace?.[0]).toBe("TypeError: no such thing");
    expect(error.trace?.[1]).toContain("/var/task/index.mjs");
    // Another that was started for the first call may be ready meanwhile and serve the next.
    await until("the environment it threw in to serve again", 60, async () => {
      const { life } = await errorOf("fate", { do: "throw" });
      return (await lifeNow()) === life;
    });
  });

  test("raises in Python: type, message, requestId and stack trace", async () => {
    const error = await errorOf("python", { do: "raise" });
    expect(error).toMatchObject({
      errorType: "ValueError",
      errorMessage: "no such thing",
      requestId: error.id,
    });
    expect(error.stackTrace?.join("")).toContain("/var/task/app.py");
  });

  test("returns nothing: null", async () => {
    const invocation = await namespace.sdk.invoke("fate", { do: "nothing" });
    expect(invocation).toMatchObject({ functionError: undefined, text: "null" });
  });

  for (const how of ["bigint", "circle"]) {
    test(`returns what is no JSON (${how}): Runtime.MarshalError`, async () => {
      expect((await errorOf("fate", { do: how })).errorType).toBe("Runtime.MarshalError");
    });
  }

  test("returns a set in Python: Runtime.MarshalError", async () => {
    const error = await errorOf("python", { do: "set" });
    expect(error.errorType).toBe("Runtime.MarshalError");
    expect(error.errorMessage).toStartWith("Unable to marshal response: ");
  });

  test("sleeps past its timeout: Sandbox.Timedout, and its environment is reset", async () => {
    const { id, life, ...error } = await errorOf("brief", { do: "sleep", ms: 60_000 });
    expect(error).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${id} Error: Task timed out after 2.00 seconds`,
    });
    await expectReset({ life }, "brief");
  });

  test("spins past its timeout: the same", async () => {
    const error = await errorOf("brief", { do: "spin" });
    expect(error.errorType).toBe("Sandbox.Timedout");
    await expectReset(error, "brief");
  });

  test("exits with a code: Runtime.ExitError says which", async () => {
    const { id, life, ...error } = await errorOf("fate", { do: "exit", code: 3 });
    expect(error).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: ${id} Error: Runtime exited with error: exit status 3`,
    });
    await expectReset({ life });
  });

  test("exits with 0: without providing a reason", async () => {
    const { id, life, ...error } = await errorOf("fate", { do: "exit", code: 0 });
    expect(error).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: `RequestId: ${id} Error: Runtime exited without providing a reason`,
    });
    await expectReset({ life });
  });

  const signals = { SIGKILL: "signal: killed", SIGSEGV: "signal: segmentation fault" };
  for (const [signal, says] of Object.entries(signals)) {
    test(`dies of ${signal}: ${says}`, async () => {
      const error = await errorOf("fate", { do: "kill", signal });
      expect(error).toMatchObject({
        errorType: "Runtime.ExitError",
        errorMessage: `RequestId: ${error.id} Error: Runtime exited with error: ${says}`,
      });
      await expectReset(error);
    });
  }

  test("exits in Python, by code and by crash", async () => {
    expect((await errorOf("python", { do: "exit", code: 5 })).errorType).toBe("Runtime.ExitError");
    expect((await errorOf("python", { do: "crash" })).errorMessage).toContain("signal: segmentation fault");
    expect((await namespace.sdk.invoke("python", {})).text).toBe('"fine"');
  });

  test("lets an exception escape: Runtime.UnhandledPromiseRejection or its type, and the environment is reset", async () => {
    const rejected = await errorOf("fate", { do: "reject" });
    expect(rejected.errorType).toBe("Runtime.UnhandledPromiseRejection");
    await expectReset(rejected);
    const late = await errorOf("fate", { do: "later" });
    expect(late).toMatchObject({ errorType: "Error", errorMessage: "too late" });
    await expectReset(late);
  });

  test("takes more memory than it has: it is told so, and its environment is reset", async () => {
    const error = await errorOf("fate", { do: "memory" });
    expect(error.errorType).toMatch(/^Runtime\.(OutOfMemory|ExitError)$/);
    expect(error.errorMessage).toMatch(/memory|signal: killed/i);
    await expectReset(error);
  });

  test("answers more than 6 MB: Function.ResponseSizeTooLarge, and the next invocation works", async () => {
    const { id: _, life: __, ...error } = await errorOf("fate", { do: "big", bytes: 6_291_557 });
    expect(error).toEqual({
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    });
    expect((await namespace.sdk.invoke("fate", {})).functionError).toBeUndefined();
  });

  test("answers just 6 MB: it is delivered", async () => {
    const invocation = await namespace.sdk.invoke("fate", { do: "big", bytes: 6_291_456 - 2 });
    expect(invocation.functionError).toBeUndefined();
    expect(invocation.text.length).toBe(6_291_456);
  });

  test("throws behind its URL: 502 Internal Server Error, of which the caller learns nothing", async () => {
    const answer = await namespace.url("thrower");
    expect(answer.status).toBe(502);
    expect(answer.text).toBe("Internal Server Error");
  });
});

describe("initialisation that", () => {
  const expected: Record<string, { errorType: string; errorMessage: RegExp }> = {
    "imports-missing": { errorType: "Runtime.ImportModuleError", errorMessage: /missing\.mjs/ },
    "no-module": { errorType: "Runtime.ImportModuleError", errorMessage: /Cannot find module 'index'/ },
    "no-handler": {
      errorType: "Runtime.HandlerNotFound",
      errorMessage: /^index\.handler is undefined or not exported$/,
    },
    "no-function": {
      errorType: "Runtime.HandlerNotFound",
      errorMessage: /^index\.handler is not a function$/,
    },
    "syntax-error": { errorType: "Runtime.UserCodeSyntaxError", errorMessage: /SyntaxError: / },
    "throws-at-init": { errorType: "RangeError", errorMessage: /^at init$/ },
    "exits-at-init": { errorType: "Runtime.ExitError", errorMessage: /exit status 7$/ },
    "python-imports-missing": {
      errorType: "Runtime.ImportModuleError",
      errorMessage: /^Unable to import module 'app': No module named 'missing_module'/,
    },
    "python-no-handler": {
      errorType: "Runtime.HandlerNotFound",
      errorMessage: /^Handler 'handler' missing on module 'app'/,
    },
    "python-syntax-error": {
      errorType: "Runtime.UserCodeSyntaxError",
      errorMessage: /^Syntax error in module 'app'/,
    },
  };
  for (const [name, { errorType, errorMessage }] of Object.entries(expected)) {
    test(`fails (${name}): ${errorType}, to every caller`, async () => {
      for (const _ of [1, 2]) {
        const error = await errorOf(name);
        expect(error.errorType).toBe(errorType);
        expect(error.errorMessage).toMatch(errorMessage);
      }
    });
  }
});

test("a failing environment touches no other: a busy one of the same function finishes", async () => {
  const busy = namespace.sdk.invoke("fate", { do: "sleep", ms: 1500 });
  await errorOf("fate", { do: "exit", code: 1 });
  await errorOf("fate", { do: "memory" });
  expect((await busy).text).toBe('"awake"');
});

test("the Function's condition Invocable tells the last init error and the end of its log", async () => {
  await errorOf("throws-at-init");
  const status = await until("the error to be told", 60, async () => {
    const now = await namespace.status("throws-at-init");
    return now.lastInitError === undefined ? undefined : now;
  });
  const invocable = status.conditions?.find(({ type }) => type === "Invocable");
  expect(invocable).toMatchObject({ status: "False" });
  expect(invocable?.message).toContain("at init");
  expect(status.lastInitError).toMatchObject({ errorType: "RangeError", errorMessage: "at init" });
  expect(status.lastInitError?.logTail).toContain("about to fail");
  expect(await namespace.kubectl("describe", "function", "throws-at-init")).toContain("about to fail");
});
