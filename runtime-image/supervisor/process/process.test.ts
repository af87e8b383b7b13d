import { expect, test } from "vitest";
import type { Assignment } from "../../../crds/link/messages.ts";
import { describeEnding, type Ending } from "./ending.ts";
import { readOomKills } from "./oom-kills.ts";
import { runtimeVariables } from "./variables.ts";

const endings: Array<[Ending, string, string]> = [
  [{ kind: "code", code: 3 }, "Runtime.ExitError", "Runtime exited with error: exit status 3"],
  [{ kind: "code", code: 0 }, "Runtime.ExitError", "Runtime exited without providing a reason"],
  [{ kind: "signal", signal: "SIGKILL" }, "Runtime.ExitError", "Runtime exited with error: signal: killed"],
  [
    { kind: "signal", signal: "SIGSEGV" },
    "Runtime.ExitError",
    "Runtime exited with error: signal: segmentation fault",
  ],
  [
    { kind: "signal", signal: "SIGRTMIN" },
    "Runtime.ExitError",
    "Runtime exited with error: signal: sigrtmin",
  ],
  [{ kind: "entrypoint", message: "no such file" }, "Runtime.InvalidEntrypoint", "no such file"],
  [{ kind: "folder", message: "chdir /x" }, "Runtime.InvalidWorkingDir", "chdir /x"],
];

test.each(endings)("an end by %j is told in Lambda's words", (ending, errorType, message) => {
  expect(describeEnding(ending)).toEqual({ errorType, message });
});

const assignment: Assignment = {
  revision: "r",
  functionName: "f",
  functionVersion: "3",
  runtime: "nodejs24.x",
  handler: "index.handler",
  memorySizeMb: 128,
  timeoutMs: 3000,
  ephemeralStorageMb: 512,
  initializationType: "on-demand",
  region: "eu-west-1",
  accountId: "123456789012",
  logGroup: "/aws/lambda/f",
  logFormat: "Text",
  applicationLogLevel: "INFO",
  systemLogLevel: "INFO",
  variables: {},
  inherit: [],
  entry: { kind: "bootstrap", command: [] },
};
const roots = { task: "/var/task", runtime: "/var/runtime", layers: "/opt", lang: "/var/lang" };
const variables = (change: Partial<Assignment>, own: Record<string, string> = {}) =>
  runtimeVariables({
    assignment: { ...assignment, ...change },
    roots,
    runtimeApi: "127.0.0.1:9001",
    logStream: "s",
    own,
  });

test("the paths are Lambda's", () => {
  expect(variables({})).toMatchObject({
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    LD_LIBRARY_PATH:
      "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
    NODE_PATH:
      "/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task",
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  });
});

test("a provided runtime has no AWS_EXECUTION_ENV and no NODE_PATH", () => {
  const found = variables({ runtime: "provided.al2023" });
  expect(found).not.toHaveProperty("AWS_EXECUTION_ENV");
  expect(found).not.toHaveProperty("NODE_PATH");
});

test("what is ours is never passed on, whatever it is called", () => {
  const own = {
    KAMBDA_LINK_CA: "ca",
    KUBERNETES_SERVICE_HOST: "h",
    KUBERNETES_PORT_443_TCP: "tcp://h",
    HOSTNAME: "pod",
    KEPT: "1",
    PATH: "/own",
  };
  expect(
    Object.keys(variables({ inherit: ["KAMBDA_LINK_CA"], variables: { KAMBDA_X: "1" } }, own)).join(),
  ).not.toMatch(/KAMBDA|KUBERNETES/);
  const image = variables(
    { entry: { kind: "image", command: ["/app"], workingDirectory: "/app" }, runtime: "" },
    own,
  );
  expect(image).toMatchObject({ KEPT: "1", PATH: "/own", PWD: "/app" });
  expect(Object.keys(image).join()).not.toMatch(/KAMBDA|KUBERNETES|HOSTNAME/);
});

test("an image's variables reach its program as the image has them: set to nothing, named like a Service's, and those its pod silenced", () => {
  const silenced = {
    LD_PRELOAD: "",
    LD_AUDIT: "",
    BUN_OPTIONS: "",
    BUN_INSPECT_PRELOAD: "/kambda/supervisor/bunfig.toml",
  };
  const images = { EMPTY: "", REDIS_SERVICE_HOST: "h", REDIS_SERVICE_PORT: "1", BUN_INSTALL: "/bun" };
  const had = { LD_PRELOAD: "/usr/lib/libjemalloc.so.2" };
  const entry = { kind: "image" as const, command: ["/app"], variables: had };
  const found = variables({ entry, runtime: "" }, { ...silenced, ...images });
  expect(found).toMatchObject({ ...images, ...had });
  expect(Object.keys(found).join()).not.toMatch(/LD_AUDIT|BUN_OPTIONS|BUN_INSPECT/);
  expect(variables({ entry, runtime: "", variables: { LD_PRELOAD: "" } }, silenced).LD_PRELOAD).toBe("");
});

test("the function cannot take over what the runtime relies on", () => {
  const found = variables({
    variables: { AWS_LAMBDA_RUNTIME_API: "evil:1", _HANDLER: "x", _A: "1", LANG: "C" },
  });
  expect(found).toMatchObject({
    AWS_LAMBDA_RUNTIME_API: "127.0.0.1:9001",
    _HANDLER: "index.handler",
    LANG: "C",
  });
  expect(found).not.toHaveProperty("_A");
});

test("credentials are those the function brings from a Secret, and no others", () => {
  const own = {
    KAMBDA_FROM_AWS_ACCESS_KEY_ID: "AKID",
    KAMBDA_FROM_AWS_SECRET_ACCESS_KEY: "s",
    AWS_ACCESS_KEY_ID: "the supervisor's",
  };
  expect(variables({ inherit: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] }, own)).toMatchObject({
    AWS_ACCESS_KEY_ID: "AKID",
    AWS_SECRET_ACCESS_KEY: "s",
  });
  expect(Object.keys(variables({}, own)).join()).not.toMatch(/ACCESS_KEY|SESSION_TOKEN|CREDENTIALS/);
});

test("the log format is told when it is JSON", () => {
  expect(variables({})).not.toHaveProperty("AWS_LAMBDA_LOG_FORMAT");
  expect(variables({ logFormat: "JSON", applicationLogLevel: "WARN" })).toMatchObject({
    AWS_LAMBDA_LOG_FORMAT: "JSON",
    AWS_LAMBDA_LOG_LEVEL: "WARN",
  });
});

test("the kernel's count of memory kills is read in both its forms", () => {
  expect(readOomKills("low 0\nhigh 0\noom 1\noom_kill 2\noom_group_kill 0\n")).toBe(2);
  expect(readOomKills("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n")).toBe(3);
  expect(readOomKills("")).toBe(0);
});
