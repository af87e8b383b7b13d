/** What Ruby functions may look like, and what their callers get, in the image that runs them. */
import { anyList, type Behaviour, behaviours, ok, unhandled } from "../harness/behaviour.ts";
import { rootfsOf } from "../harness/rootfs.ts";

/** A file with one method; `again` answers at once. */
const handler = (body: string, before = "") => ({
  "index.rb": `${before}\ndef handler(event:, context:)\n  return { ok: true } if event.is_a?(Hash) && event["again"]\n${body}\nend\n`,
});

const error = (errorType: string, errorMessage: string | RegExp) => ({
  errorType,
  errorMessage,
  stackTrace: anyList,
});

const forms: Behaviour[] = [
  {
    title: "a method answers",
    files: handler('{ hello: event["name"], "é" => "ü", version: RUBY_VERSION[0, 3] }'),
    event: { name: "x" },
    answer: { hello: "x", é: "ü", version: "3.3" },
  },
  {
    title: "a class's own method answers",
    files: {
      "app.rb": 'module Api; class Users; def self.run(event:, context:) = event["n"] + 1; end; end',
    },
    assignment: { handler: "app.Api::Users.run" },
    event: { n: 1 },
    answer: 2,
  },
  {
    title: "a handler may lie in a folder, and require what lies beside it",
    files: {
      "src/deep/app.rb": 'require_relative "other"\ndef run(event:, context:) = OTHER',
      "src/deep/other.rb": "OTHER = 3",
    },
    assignment: { handler: "src/deep/app.run" },
    answer: 3,
  },
  {
    title: "a gem of the function's own bundle is found",
    files: {
      "vendor/bundle/ruby/3.3.0/gems/greeting-1.0/lib/greeting.rb": 'GREETING = "hi"',
      "vendor/bundle/ruby/3.3.0/specifications/greeting-1.0.gemspec":
        'Gem::Specification.new { |s| s.name = "greeting"; s.version = "1.0"; s.summary = "s"; s.authors = ["a"]; s.files = ["lib/greeting.rb"] }',
      "index.rb": 'require "greeting"\ndef handler(event:, context:) = GREETING',
    },
    answer: "hi",
  },
  { title: "no result is null", files: handler(""), answer: null },
  {
    title: "what can be read passes as it is",
    files: handler('require "stringio"\nStringIO.new("[1, 2]")'),
    answer: [1, 2],
  },
  {
    title: "the context is Lambda's",
    files: handler(
      `left = context.get_remaining_time_in_millis
names = %w[aws_request_id function_name function_version memory_limit_in_mb log_group_name log_stream_name
  invoked_function_arn identity client_context]
names.to_h { |name| [name, context.public_send(name)] }.merge(left: left > 1000 && left <= 3000, type: context.class)`,
    ),
    answer: {
      aws_request_id: "<id>",
      function_name: "f",
      function_version: "$LATEST",
      memory_limit_in_mb: "256",
      log_group_name: "/aws/lambda/f",
      log_stream_name: /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/,
      invoked_function_arn: "arn:aws:lambda:us-east-1:123456789012:function:f",
      identity: null,
      client_context: null,
      left: true,
      type: "LambdaContext",
    },
  },
  {
    title: "puts and Logger are in the log, in Lambda's form",
    files: handler(
      'puts "printed"\nLOGGER.info("careful")\nnil',
      'require "logger"\nLOGGER = Logger.new($stdout)',
    ),
    answer: null,
    log: /^START [^\n]*\nprinted\nI, \[\d{4}-\d\d-\d\dT[\d:.]+ #\d+\] {2}INFO [0-9a-f-]{36} -- : careful\nEND /,
  },
];

const failures: Behaviour[] = [
  {
    title: "a raised exception is the caller's answer",
    files: handler('raise ArgumentError, "no"'),
    answer: error("Function<ArgumentError>", "no"),
    log: /\nError raised from handler method\n\{\n {2}"errorMessage": "no",\n {2}"errorType": "Function<ArgumentError>",\n {2}"stackTrace": \[\n {4}"\/var\/task\/index.rb:\d+:in .handler'"/,
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "an exception of the function's own is named by its class",
    files: handler('raise Shop::SoldOut, "later"', "module Shop; class SoldOut < StandardError; end; end"),
    answer: error("Function<Shop::SoldOut>", "later"),
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "recursion without end is an error, and the next invocation works",
    files: handler("more(1)", "def more(n) = more(n + 1) + 1"),
    answer: error("Function<SystemStackError>", /stack level too deep/),
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a method that is not there is a NoMethodError",
    files: { "index.rb": "def other(event:, context:) = 1" },
    answer: error("Function<NoMethodError>", /undefined method .handler'/),
    ...unhandled,
  },
  {
    title: "exit is an exit with its status",
    files: handler("exit(3)"),
    answer: {
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: <id> Error: Runtime exited with error: exit status 3",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a process killed is told with its signal",
    files: handler("Process.kill(:KILL, Process.pid)\nsleep"),
    answer: {
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: <id> Error: Runtime exited with error: signal: killed",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a response over 6 MB is refused, and the next invocation works",
    files: handler('"x" * (6 * 1024 * 1024 + 101)'),
    answer: {
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
      errorType: "Function.ResponseSizeTooLarge",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a timeout ends the process, and the next invocation starts another",
    files: handler("sleep 60"),
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
    title: "a missing file is a LoadError",
    files: {},
    answer: error("Init<LoadError>", "cannot load such file -- index"),
    log: /Init error when loading handler index\.handler\n\{/,
    ...unhandled,
  },
  {
    title: "a syntax error is one",
    files: { "index.rb": "def handler(" },
    answer: error("Init<SyntaxError>", /index\.rb:1/),
    ...unhandled,
  },
  {
    title: "a handler name without a dot is told how they are formed",
    files: { "index.rb": "" },
    assignment: { handler: "index" },
    answer: error("Init<ArgumentError>", /must be of form FILENAME\.METHOD or FILENAME\.CLASS\.METHOD/),
    ...unhandled,
  },
  {
    title: "an exception raised by the file is the caller's answer",
    files: { "index.rb": 'raise "not today"' },
    answer: error("Init<RuntimeError>", "not today"),
    ...unhandled,
  },
];

const runtime = "ruby3.3";
const language = { runtime, rootfs: await rootfsOf(`runtime-${runtime}`) };
behaviours(
  runtime,
  [...forms, ...failures, ...initFailures].map((behaviour) => ({ ...behaviour, language })),
);
