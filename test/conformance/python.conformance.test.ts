/** What Python functions may look like, and what their callers get. */
import { anyList, type Behaviour, behaviours, ok, unhandled } from "./harness/behaviour.ts";

/** A module with one handler; `again` answers at once. */
const handler = (body: string, before = "") => ({
  "index.py": `${before}\ndef handler(event, context):\n    if event.get("again"): return {"ok": True}\n    ${body.replaceAll("\n", "\n    ")}\n`,
});

const error = (errorType: string, errorMessage: string | RegExp, requestId = "<id>") => ({
  errorType,
  errorMessage,
  requestId,
  stackTrace: anyList,
});

const forms: Behaviour[] = [
  {
    title: "a function answers",
    files: handler('return {"hello": event["name"], "é": "ü"}'),
    event: { name: "x" },
    answer: { hello: "x", é: "ü" },
  },
  {
    title: "a handler may lie in a folder",
    files: { "src/deep/app.py": "def run(event, context): return 'got'" },
    assignment: { handler: "src/deep/app.run" },
    answer: "got",
  },
  {
    title: "a handler may lie in a package",
    files: {
      "pkg/__init__.py": "",
      "pkg/app.py": "from . import other\ndef run(event, context): return other.x",
      "pkg/other.py": "x = 3",
    },
    assignment: { handler: "pkg.app.run" },
    answer: 3,
  },
  { title: "no result is null", files: handler("pass"), answer: null },
  {
    title: "bytes pass as they are",
    files: handler("return b'[1, 2]'"),
    answer: [1, 2],
  },
  {
    title: "decimals are numbers",
    files: handler("from decimal import Decimal\nreturn [Decimal('1'), Decimal('1.5')]"),
    answer: [1, 1.5],
  },
  {
    title: "the context is Lambda's",
    files: handler(
      `left = context.get_remaining_time_in_millis()
return {name: getattr(context, name) for name in ("aws_request_id", "function_name", "function_version",
  "memory_limit_in_mb", "log_group_name", "log_stream_name", "invoked_function_arn", "tenant_id", "client_context")} | {
  "left": 1000 < left <= 3000, "identity": context.identity.cognito_identity_id}`,
    ),
    answer: {
      aws_request_id: "<id>",
      function_name: "f",
      function_version: "$LATEST",
      memory_limit_in_mb: "256",
      log_group_name: "/aws/lambda/f",
      log_stream_name: /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/,
      invoked_function_arn: "arn:aws:lambda:us-east-1:123456789012:function:f",
      tenant_id: null,
      client_context: null,
      left: true,
      identity: null,
    },
  },
  {
    title: "print and logging are in the log, in Lambda's form",
    files: handler("print('printed')\nlogging.warning('careful')\nlogging.info('quiet')", "import logging"),
    answer: null,
    log: /^START [^\n]*\nprinted\n\[WARNING\]\t\d{4}-\S+Z\t\S{36}\tcareful\nEND /,
  },
];

const failures: Behaviour[] = [
  {
    title: "a raised exception is the caller's answer",
    files: handler("raise ValueError('no')"),
    answer: error("ValueError", "no"),
    log: /\[ERROR\] ValueError: no\nTraceback \(most recent call last\):\n {2}File ".*index.py", line 4, in handler\n/,
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "sys.exit is an exit with its status",
    files: handler("import sys\nsys.exit(3)"),
    answer: {
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: <id> Error: Runtime exited with error: exit status 3",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "os._exit(0) is an exit without a reason",
    files: handler("import os\nos._exit(0)"),
    answer: {
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: <id> Error: Runtime exited without providing a reason",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a segmentation fault is told with its signal",
    files: handler("import ctypes\nctypes.string_at(0)"),
    answer: {
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: <id> Error: Runtime exited with error: signal: segmentation fault",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a result that is no JSON is a MarshalError",
    files: handler("return object()"),
    answer: error(
      "Runtime.MarshalError",
      "Unable to marshal response: Object of type object is not JSON serializable",
    ),
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a response over 6 MB is refused, and the next invocation works",
    files: handler("return 'x' * (6 * 1024 * 1024 + 101)"),
    answer: {
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
      errorType: "Function.ResponseSizeTooLarge",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a timeout ends the process, and the next invocation starts another",
    files: handler("import time\ntime.sleep(60)"),
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
    files: { "index.py": "import nowhere" },
    answer: error(
      "Runtime.ImportModuleError",
      "Unable to import module 'index': No module named 'nowhere'",
      "",
    ),
    ...unhandled,
  },
  {
    title: "a missing file is an ImportModuleError",
    files: {},
    answer: error(
      "Runtime.ImportModuleError",
      "Unable to import module 'index': No module named 'index'",
      "",
    ),
    ...unhandled,
  },
  {
    title: "a missing function is a HandlerNotFound",
    files: { "index.py": "other = 1" },
    answer: error("Runtime.HandlerNotFound", "Handler 'handler' missing on module 'index'", ""),
    ...unhandled,
  },
  {
    title: "a syntax error is a UserCodeSyntaxError",
    files: { "index.py": "def handler(:\n" },
    answer: error("Runtime.UserCodeSyntaxError", /^Syntax error in module 'index': /, ""),
    ...unhandled,
  },
  {
    title: "a handler name without a dot is malformed",
    files: { "index.py": "" },
    assignment: { handler: "index" },
    answer: error("Runtime.MalformedHandlerName", /^Bad handler 'index'/, ""),
    ...unhandled,
  },
  {
    title: "an exception raised by the module is the caller's answer",
    files: { "index.py": "raise RuntimeError('not today')" },
    answer: error("RuntimeError", "not today", ""),
    ...unhandled,
  },
];

behaviours(
  "python3.11",
  [...forms, ...failures, ...initFailures].map((behaviour) => ({
    ...behaviour,
    language: "python3.11" as const,
  })),
);
