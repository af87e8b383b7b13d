/** Every runtime, as its users write for it: module systems, ways to answer, the context, what an environment keeps. */
import { beforeAll, describe, expect, test } from "bun:test";
import { version } from "../../package.json";
import { fileServer } from "../support/fileserver.ts";
import { goBootstrap } from "../support/golang.ts";
import { aFunction, aHandler, aPythonHandler, type FunctionManifest } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { zip } from "../support/zip.ts";

const nodes = ["nodejs22.x", "nodejs24.x"] as const;
const pythons = ["python3.11", "python3.13"] as const;

/** One way to write a Node.js handler; each answers with the runtime's version and its event. */
const nodeForms: Record<string, { handler: string; inline: Record<string, string> }> = {
  "an ES module": {
    handler: "index.handler",
    inline: { "index.mjs": `export const handler = async (event) => [process.version, event];` },
  },
  "CommonJS and async": {
    handler: "index.handler",
    inline: { "index.cjs": `exports.handler = async (event) => [process.version, event];` },
  },
  ".js is CommonJS": {
    handler: "index.handler",
    inline: { "index.js": `exports.handler = async (event) => [process.version, event];` },
  },
  '.js is an ES module where package.json says "module"': {
    handler: "src/index.handler",
    inline: {
      "package.json": `{"type":"module"}`,
      "src/index.js": `export const handler = async (event) => [process.version, event];`,
    },
  },
  "TypeScript as it is": {
    handler: "index.handler",
    inline: {
      "index.ts": `import { pair } from "./pair.ts";
        export const handler = async (event: unknown): Promise<unknown> => pair(process.version, event);`,
      "pair.ts": `export function pair<A, B>(a: A, b: B): [A, B] { return [a, b]; }`,
    },
  },
  "a nested export": {
    handler: "lib/app.api.handle",
    inline: { "lib/app.mjs": `export const api = { handle: async (event) => [process.version, event] };` },
  },
};

const callbackForms: Record<string, string> = {
  "a callback": `exports.handler = (event, context, callback) => { setTimeout(() => callback(null, [process.version, event]), 5); };`,
  "context.succeed": `exports.handler = (event, context) => context.succeed([process.version, event]);`,
};

/** What the program of `test/images/told` answers. */
interface ToldByImage {
  event: unknown;
  arguments: string[];
  folder: string;
  variables: Record<string, string>;
  /** The supervisor's files that it has loaded. */
  ours: string[];
}

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
const nodeName = (runtime: string, form: string) => `${runtime.slice(0, 8)}-${slug(form)}`;

const functions: FunctionManifest[] = [
  ...nodes.flatMap((runtime) =>
    Object.entries(nodeForms).map(([form, { handler, inline }]) =>
      aFunction(nodeName(runtime, form), { runtime, handler, code: { inline } }),
    ),
  ),
  ...Object.entries(callbackForms).map(([form, source]) =>
    aFunction(nodeName("nodejs22.x", form), {
      runtime: "nodejs22.x",
      code: { inline: { "index.cjs": source } },
    }),
  ),
  ...pythons.map((runtime) =>
    aPythonHandler(
      slug(runtime),
      `import sys\ndef handler(event, context):\n    return ["%d.%d" % sys.version_info[:2], event]\n`,
      { runtime },
    ),
  ),
];

const namespace = testNamespace("runtimes", (made) => made.ready(...functions));

describe("Node.js runs", () => {
  for (const runtime of nodes) {
    for (const form of Object.keys(nodeForms)) {
      test(`${form} on ${runtime}`, async () => {
        const [version, event] = (await namespace.sdk.invoke(nodeName(runtime, form), { ü: [1] })).json<
          [string, unknown]
        >();
        expect(version).toStartWith(`v${runtime.slice(6, 8)}.`);
        expect(event).toEqual({ ü: [1] });
      });
    }
  }
  for (const form of Object.keys(callbackForms)) {
    test(`${form} on nodejs22.x`, async () => {
      const invocation = await namespace.sdk.invoke(nodeName("nodejs22.x", form), 7);
      expect(invocation.json<[string, number]>()[1]).toBe(7);
    });
  }
});

describe("Python runs", () => {
  for (const runtime of pythons) {
    test(`a handler on ${runtime}`, async () => {
      const invocation = await namespace.sdk.invoke(slug(runtime), { ü: [1] });
      expect(invocation.json<unknown>()).toEqual([runtime.slice(6), { ü: [1] }]);
    });
  }
});

describe("a provided runtime", () => {
  beforeAll(async () => {
    const server = await fileServer(namespace.name);
    const bootstrap = { name: "bootstrap", content: await goBootstrap("hello"), mode: 0o100755 };
    const code = await server.put("go.zip", zip([bootstrap]));
    await namespace.ready(
      aFunction("golang", { runtime: "provided.al2023", handler: "bootstrap", code }),
      aFunction("headless", {
        runtime: "provided.al2023",
        code: { zipFile: zip([{ name: "other", content: "not a bootstrap" }]).toString("base64") },
      }),
    );
  });

  test("runs a Go function on unmodified aws-lambda-go", async () => {
    const invocation = await namespace.sdk.invoke("golang", { name: "gopher" });
    expect(invocation.functionError).toBeUndefined();
    expect(invocation.text).toContain("gopher");
  });

  test("without a bootstrap fails with a sentence that says so", async () => {
    const invocation = await namespace.sdk.invoke("headless");
    expect(invocation.functionError).toBe("Unhandled");
    expect(invocation.json<{ errorType: string }>().errorType).toBe("Runtime.InvalidEntrypoint");
  });
});

test("the AWS SDKs are there without being brought", async () => {
  const source = `import { S3Client } from "@aws-sdk/client-s3";\nexport const handler = async () => typeof new S3Client({}).send;`;
  await namespace.ready(
    aFunction("sdk", { code: { inline: { "index.mjs": source } } }),
    aPythonHandler("sdk-python", "import boto3\ndef handler(event, context): return boto3.__version__\n"),
  );
  expect((await namespace.sdk.invoke("sdk")).json<string>()).toBe("function");
  expect((await namespace.sdk.invoke("sdk-python")).json<string>()).toMatch(/^1\./);
});

test("an image with one program and nothing else runs what the manifest says, and sees nothing of the supervisor", async () => {
  const { runtime: _runtime, handler: _handler, ...spec } = aFunction("scratch").spec;
  await namespace.ready({
    ...aFunction("scratch"),
    spec: {
      ...spec,
      code: { imageUri: `kambda/test-go-scratch:${version}` },
      imageConfig: { entryPoint: ["/app/bootstrap"], command: ["a b", "c"], workingDirectory: "/tmp" },
      environment: { variables: { COLOUR: "blue" } },
    },
  });
  const told = (await namespace.sdk.invoke("scratch", { n: 1 })).json<ToldByImage>();
  expect(told).toMatchObject({
    event: { n: 1 },
    arguments: ["a b", "c"],
    folder: "/tmp",
    variables: { STAGE: "image", COLOUR: "blue", LD_LIBRARY_PATH: "/nowhere" },
    ours: [],
  });
  const leaked = Object.keys(told.variables).filter((name) => /^(KAMBDA_|KUBERNETES_|BUN_)/.test(name));
  expect(leaked).toEqual([]);
});

describe("the handler is told", () => {
  const told = aHandler(
    "told",
    `return {
      context: { ...context, remaining: context.getRemainingTimeInMillis() },
      env: process.env, cwd: process.cwd(), uid: process.getuid(), gid: process.getgid(),
    };`,
    {
      memorySize: 256,
      environment: { variables: { STAGE: "a $HOME b", NODE_OPTIONS: "--max-http-header-size=20000" } },
    },
  );
  const toldPython = aPythonHandler(
    "told-python",
    `import os
def handler(event, context):
    return {"context": {"requestId": context.aws_request_id, "name": context.function_name,
        "version": context.function_version, "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb, "remaining": context.get_remaining_time_in_millis(),
        "group": context.log_group_name, "stream": context.log_stream_name}, "env": dict(os.environ)}
`,
  );
  interface Told {
    context: Record<string, unknown>;
    env: Record<string, string>;
    cwd: string;
    uid: number;
    gid: number;
  }
  beforeAll(() => namespace.ready(told, toldPython));

  test("its name, version, ARN, memory, log and remaining time", async () => {
    const { functionArn } = await namespace.status("told");
    const invocation = await namespace.sdk.invoke("told");
    const { context } = invocation.json<Told>();
    expect(context).toMatchObject({
      functionName: "told",
      functionVersion: "$LATEST",
      invokedFunctionArn: functionArn,
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/told",
      awsRequestId: invocation.requestId,
    });
    expect(context.remaining).toBeWithin(5_000, 10_001);
    const python = (await namespace.sdk.invoke("told-python")).json<Told>();
    expect(python.context).toMatchObject({ name: "told-python", version: "$LATEST", memory: "128" });
  });

  test("by the environment variables Lambda sets, literal values unexpanded", async () => {
    const { env, cwd, uid, gid } = (await namespace.sdk.invoke("told")).json<Told>();
    expect(env).toMatchObject({
      STAGE: "a $HOME b",
      NODE_OPTIONS: "--max-http-header-size=20000",
      _HANDLER: "index.handler",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: "told",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/told",
      LAMBDA_TASK_ROOT: "/var/task",
      LAMBDA_RUNTIME_DIR: "/var/runtime",
      TZ: ":UTC",
    });
    expect(env.AWS_LAMBDA_RUNTIME_API).toMatch(/^[\d.]+:\d+$/);
    expect(env.AWS_LAMBDA_LOG_STREAM_NAME).toMatch(/\[\$LATEST\]/);
    // Nothing of the link or the cluster leaks into user code.
    expect(Object.keys(env).filter((key) => /^KAMBDA_|^KUBERNETES_/.test(key))).toEqual([]);
    expect({ cwd, uid, gid }).toEqual({ cwd: "/var/task", uid: 993, gid: 990 });
  });
});

describe("an environment", () => {
  beforeAll(() =>
    namespace.ready(
      aFunction("keeps", {
        code: {
          inline: {
            "index.mjs": `import { appendFileSync, readFileSync } from "node:fs";
let calls = 0;
export const handler = async () => {
  appendFileSync("/tmp/calls", "x");
  return { calls: ++calls, file: readFileSync("/tmp/calls", "utf8").length };
};`,
          },
        },
      }),
      aFunction("readonly", {
        code: {
          inline: {
            "index.mjs": `import { writeFileSync } from "node:fs";
export const handler = async () => ["/kambda/x", "/var/runtime/x", "/usr/x", "/x", "/tmp/x"].map((path) => {
  try { writeFileSync(path, "x"); return path + " written"; } catch (error) { return error.code; }
});`,
          },
        },
      }),
    ),
  );

  test("is reused: globals and /tmp persist", async () => {
    expect((await namespace.sdk.invoke("keeps")).json<unknown>()).toEqual({ calls: 1, file: 1 });
    expect((await namespace.sdk.invoke("keeps")).json<unknown>()).toEqual({ calls: 2, file: 2 });
  });

  test("has a read-only root: /tmp is the place to write", async () => {
    const results = (await namespace.sdk.invoke("readonly")).json<string[]>();
    expect(results.slice(0, 4).filter((result) => /written/.test(result))).toEqual([]);
    expect(results[4]).toBe("/tmp/x written");
  });
});
