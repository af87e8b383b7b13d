/** What callers get when a Node function fails, and that its environment lives on. */
import { type Behaviour, behaviours, ok, unhandled } from "./harness/behaviour.ts";
import { handler, onEveryNode, trace } from "./harness/node.ts";

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

onEveryNode(failures);
onEveryNode(initFailures);

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
for (const language of ["nodejs22.x", "nodejs20.x"] as const) {
  behaviours(language, [
    { title: "a promise nobody can settle is null", language, files: never, answer: null, afterwards: ok },
  ]);
}
