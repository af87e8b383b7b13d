/** What Node functions may look like, and what their callers get, on every Node we ship. */
import { anyList, type Behaviour, behaviours } from "./harness/behaviour.ts";

const ok = { ok: true };
const guard = "if (event.again) return { ok: true };";
const trace = anyList;
const unhandled = { functionError: "Unhandled", status: "error" } as const;

/** A module with one handler; `again` answers at once. */
const handler = (body: string, before = "") => ({
  "index.mjs": `${before}\nexport const handler = async (event, context) => { ${guard}\n${body}\n};`,
});

const forms: Behaviour[] = [
  {
    title: "an ES module answers",
    files: handler("return { hello: event.name }"),
    event: { name: "x" },
    answer: { hello: "x" },
  },
  {
    title: "a module may await at its top level",
    files: handler("return n", "const n = await new Promise((resolve) => setTimeout(resolve, 20, 7));"),
    answer: 7,
  },
  {
    title: "a .js file is CommonJS",
    files: {
      "index.js": "exports.handler = async () => ({ main: typeof require, dirname: __dirname.length > 0 })",
    },
    answer: { main: "function", dirname: true },
  },
  {
    title: "a .js file is an ES module where package.json says so",
    files: {
      "package.json": '{"type":"module"}',
      "index.js": "export const handler = async () => import.meta.url.length > 0",
    },
    answer: true,
  },
  {
    title: "a .js file that awaits at its top level is taken as the ES module it is",
    files: {
      "package.json": '{"type":"module"}',
      "index.js": "const n = await 3; export const handler = async () => n",
    },
    answer: 3,
  },
  {
    title: "a .cjs file answers",
    files: { "index.cjs": "module.exports.handler = async () => 1" },
    answer: 1,
  },
  {
    title: "a .ts file runs as it is",
    files: {
      "index.ts":
        "interface E { n: number }\nexport const handler = async (event: E): Promise<number> => event.n + 1",
    },
    event: { n: 1 },
    answer: 2,
  },
  {
    title: "a .mts file runs as it is",
    files: {
      "index.mts":
        "const add = (a: number, b: number): number => a + b; export const handler = async () => add(1, 2)",
    },
    answer: 3,
  },
  {
    title: "a .cts file runs as it is",
    files: { "index.cts": "const one: number = 1; module.exports = { handler: async () => one }" },
    answer: 1,
  },
  {
    title: "a handler may lie in a folder and in an object",
    files: { "src/deep/app.mjs": "export const api = { users: { get: async () => 'got' } }" },
    assignment: { handler: "src/deep/app.api.users.get" },
    answer: "got",
  },
  {
    title: "a handler may come from a package",
    files: { "node_modules/pkg/index.js": "exports.run = async () => 'from a package'" },
    assignment: { handler: "pkg.run" },
    answer: "from a package",
  },
  {
    title: "a handler may call back",
    files: {
      "index.js":
        "exports.handler = (event, context, callback) => { setTimeout(() => callback(null, { n: 1 }), 10) }",
    },
    answer: { n: 1 },
  },
  {
    title: "a callback's answer waits until nothing is left to run",
    files: {
      "index.js": `let late = 0;
        exports.handler = (event, context, callback) => {
          if (event.again) { context.callbackWaitsForEmptyEventLoop = false; return callback(null, { late }); }
          setTimeout(() => { late = 1 }, 200);
          callback(null, "first");
        }`,
    },
    answer: "first",
    afterwards: { late: 1 },
  },
  {
    title: "a callback's answer does not wait when told not to",
    files: {
      "index.js": `let late = 0;
        exports.handler = (event, context, callback) => {
          context.callbackWaitsForEmptyEventLoop = false;
          if (!event.again) setTimeout(() => { late = 1 }, 5000);
          callback(null, { late });
        }`,
    },
    answer: { late: 0 },
    afterwards: { late: 0 },
  },
  {
    title: "a callback with an error fails the invocation",
    files: { "index.js": "exports.handler = (event, context, callback) => callback(new TypeError('no'))" },
    answer: { errorType: "TypeError", errorMessage: "no", trace },
    ...unhandled,
  },
  {
    title: "context.succeed and context.fail end the invocation",
    files: {
      "index.js":
        "exports.handler = (event, context) => event.again ? context.fail(new Error('failed')) : context.succeed(5)",
    },
    answer: 5,
    afterwards: { errorType: "Error", errorMessage: "failed", trace },
  },
  { title: "no result is null", files: handler(""), answer: null },
  {
    title: "the context is Lambda's",
    files: handler(
      "const left = context.getRemainingTimeInMillis(); return { ...context, left: left > 1000 && left <= 3000 }",
    ),
    answer: {
      callbackWaitsForEmptyEventLoop: true,
      functionName: "f",
      functionVersion: "$LATEST",
      memoryLimitInMB: "256",
      logGroupName: "/aws/lambda/f",
      logStreamName: /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/,
      invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:f",
      awsRequestId: "<id>",
      left: true,
    },
  },
];

const failures: Behaviour[] = [
  {
    title: "a thrown error is the caller's answer",
    files: handler("throw new RangeError('too far')"),
    answer: { errorType: "RangeError", errorMessage: "too far", trace },
    log: /ERROR\tInvoke Error \t\{"errorType":"RangeError","errorMessage":"too far"/,
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "something thrown that is no error is named by its type",
    files: handler("throw 'a string'"),
    answer: { errorType: "string", errorMessage: "a string", trace: [] },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "an uncaught exception ends the process, and the next invocation starts another",
    files: handler("setTimeout(() => { throw new Error('late') }, 5); await new Promise(() => {})"),
    answer: { errorType: "Error", errorMessage: "late", trace },
    log: /ERROR\tUncaught Exception \t/,
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "an unhandled rejection ends the process, and the next invocation starts another",
    files: handler(
      "Promise.reject(new Error('nobody looked')); await new Promise((resolve) => setTimeout(resolve, 1000))",
    ),
    answer: { errorType: "Runtime.UnhandledPromiseRejection", errorMessage: "Error: nobody looked", trace },
    log: /ERROR\tUnhandled Promise Rejection \t/,
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "process.exit is an exit with its status",
    files: handler("process.exit(3)"),
    answer: {
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: <id> Error: Runtime exited with error: exit status 3",
    },
    log: /REPORT .*Status: error\tError Type: Runtime.ExitError/,
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "process.exit(0) is an exit without a reason",
    files: handler("process.exit(0)"),
    answer: {
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: <id> Error: Runtime exited without providing a reason",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a process killed is told with its signal",
    files: handler(
      "process.kill(process.pid, 'SIGKILL'); await new Promise(() => setTimeout(() => {}, 9e9))",
    ),
    answer: {
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: <id> Error: Runtime exited with error: signal: killed",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a segmentation fault is told with its signal",
    files: handler(
      "process.kill(process.pid, 'SIGSEGV'); await new Promise((resolve) => setTimeout(resolve, 9000))",
    ),
    answer: {
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: <id> Error: Runtime exited with error: signal: segmentation fault",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a result that is no JSON is a MarshalError",
    files: handler("const a = {}; a.a = a; return a"),
    answer: { errorType: "Runtime.MarshalError", errorMessage: "Unable to stringify response body", trace },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a BigInt is a MarshalError",
    files: handler("return 1n"),
    answer: { errorType: "Runtime.MarshalError", errorMessage: "Unable to stringify response body", trace },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a response over 6 MB is refused, and the next invocation works",
    files: handler("return 'x'.repeat(6 * 1024 * 1024 + 101)"),
    answer: {
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
      errorType: "Function.ResponseSizeTooLarge",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a timeout ends the process, and the next invocation starts another",
    files: handler("await new Promise((resolve) => setTimeout(resolve, 60000))"),
    assignment: { timeoutMs: 1000 },
    answer: {
      errorType: "Sandbox.Timedout",
      errorMessage: "RequestId: <id> Error: Task timed out after 1.00 seconds",
    },
    log: /^\d{4}-\S+Z \S+ Task timed out after 1.00 seconds$[\s\S]*REPORT .*Duration: 1000.00 ms\tBilled Duration: 1000 ms.*Status: timeout/m,
    afterwards: ok,
    functionError: "Unhandled",
    status: "timeout",
  },
  {
    title: "a loop that never ends times out as well",
    files: handler("for (;;);"),
    assignment: { timeoutMs: 1000 },
    answer: {
      errorType: "Sandbox.Timedout",
      errorMessage: "RequestId: <id> Error: Task timed out after 1.00 seconds",
    },
    afterwards: ok,
    functionError: "Unhandled",
    status: "timeout",
  },
];

const initFailures: Behaviour[] = [
  {
    title: "a missing module is an ImportModuleError",
    files: { "index.mjs": "import './nowhere.mjs'; export const handler = async () => 1" },
    answer: {
      errorType: "Runtime.ImportModuleError",
      errorMessage: /^Error: Cannot find module .*nowhere\.mjs/,
      trace,
    },
    afterwards: { errorType: "Runtime.ImportModuleError", errorMessage: /./, trace },
    ...unhandled,
  },
  {
    title: "a missing file is an ImportModuleError",
    files: {},
    answer: {
      errorType: "Runtime.ImportModuleError",
      errorMessage: /^Error: Cannot find module 'index'/,
      trace,
    },
    ...unhandled,
  },
  {
    title: "a missing export is a HandlerNotFound",
    files: { "index.mjs": "export const other = 1" },
    answer: {
      errorType: "Runtime.HandlerNotFound",
      errorMessage: "index.handler is undefined or not exported",
      trace,
    },
    ...unhandled,
  },
  {
    title: "an export that is no function is a HandlerNotFound",
    files: { "index.mjs": "export const handler = 1" },
    answer: { errorType: "Runtime.HandlerNotFound", errorMessage: "index.handler is not a function", trace },
    ...unhandled,
  },
  {
    title: "a syntax error is a UserCodeSyntaxError",
    files: { "index.mjs": "export const handler = async ( => 1" },
    answer: { errorType: "Runtime.UserCodeSyntaxError", errorMessage: /^SyntaxError: /, trace },
    ...unhandled,
  },
  {
    title: "a handler name without a dot is malformed",
    files: { "index.mjs": "" },
    assignment: { handler: "index" },
    answer: { errorType: "Runtime.MalformedHandlerName", errorMessage: "Bad handler", trace },
    ...unhandled,
  },
  {
    title: "an error thrown by the module is the caller's answer",
    files: { "index.mjs": "throw new Error('not today')" },
    answer: { errorType: "Error", errorMessage: "not today", trace },
    log: /INIT_REPORT Init Duration: .*\tPhase: invoke\tStatus: error\tError Type: /,
    ...unhandled,
  },
  {
    title: "a module that exits is an exit",
    files: { "index.mjs": "process.exit(4)" },
    answer: {
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: <id> Error: Runtime exited with error: exit status 4",
    },
    ...unhandled,
  },
];

for (const language of ["nodejs24.x", "nodejs22.x"] as const) {
  const on = (table: Behaviour[]) => table.map((behaviour) => ({ ...behaviour, language }));
  behaviours(language, on([...forms, ...failures, ...initFailures]));
}

const never = handler("await new Promise(() => {})");
behaviours("nodejs24.x", [
  {
    title: "a promise nobody can settle is an error",
    files: never,
    answer: { errorType: "Runtime.NodeJsExit", errorMessage: /./, trace },
    afterwards: ok,
    ...unhandled,
  },
]);
behaviours("nodejs22.x", [
  {
    title: "a promise nobody can settle is null",
    language: "nodejs22.x",
    files: never,
    answer: null,
    afterwards: ok,
  },
]);
