/** What Java functions may look like, and what their callers get, in the images that run them, by Lambda's own Java client. */
import { anyList, type Behaviour, behaviours, ok, unhandled } from "../harness/behaviour.ts";
import { javaFiles } from "../harness/java.ts";
import { rootfsOf } from "../harness/rootfs.ts";

const handler = (name: string) => ({ assignment: { handler: name, memorySizeMb: 512, timeoutMs: 10_000 } });

const forms = (version: string): Behaviour[] => [
  {
    title: "a RequestHandler answers",
    ...handler("test.Forms$Maps::handleRequest"),
    event: { name: "x" },
    answer: { hello: "x", é: "ü", version },
  },
  {
    title: "a RequestHandler may be named by its class alone",
    ...handler("test.Forms$Maps"),
    event: { name: "y" },
    answer: { hello: "y", é: "ü", version },
  },
  {
    title: "a method of any class answers, its event a class of the function's own",
    ...handler("test.Forms$Plain::add"),
    event: { first: 1, second: 2 },
    answer: 3,
  },
  {
    title: "a RequestStreamHandler reads and writes bytes",
    ...handler("test.Forms$Stream::handleRequest"),
    event: [1],
    answer: { read: [1] },
  },
  { title: "no result is null", ...handler("test.Forms$Nothing::handle"), answer: null },
  {
    title: "the context is Lambda's",
    ...handler("test.Forms$Told::handleRequest"),
    answer: {
      id: "<id>",
      name: "f",
      version: "$LATEST",
      arn: "arn:aws:lambda:us-east-1:123456789012:function:f",
      memory: 512,
      group: "/aws/lambda/f",
      stream: /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/,
      left: true,
    },
  },
  {
    title: "standard output and the context's logger are in the log",
    ...handler("test.Forms$Logs::handleRequest"),
    answer: null,
    log: /^START [^\n]*\nprinted\ntold\nEND /,
  },
  {
    title: "the heap is 85 % of the function's memory, compiled for a quick start",
    ...handler("test.Forms$Sized::handleRequest"),
    // The serial collector keeps one survivor space back: the JVM itself counts that out.
    answer: { heapMb: 421, firstCompilerOnly: true },
  },
  {
    title: "SnapStart's hooks may be registered, and are not called where no snapshot is taken",
    ...handler("test.Hooks::handleRequest"),
    answer: [],
  },
];

const failures: Behaviour[] = [
  {
    title: "a thrown exception is the caller's answer, and its cause in the log",
    ...handler("test.Failures$Throws::handleRequest"),
    answer: {
      errorType: "test.Failures$SoldOut",
      errorMessage: "later",
      stackTrace: anyList,
    },
    log: /later: test\.Failures\$SoldOut\n[\s\S]*Caused by: java\.lang\.IllegalStateException: empty\n/,
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "System.exit is an exit with its status",
    ...handler("test.Failures$Exits::handleRequest"),
    answer: {
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: <id> Error: Runtime exited with error: exit status 3",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a full heap is an OutOfMemoryError, and the next invocation works",
    ...handler("test.Failures$Fills::handleRequest"),
    answer: { errorType: "java.lang.OutOfMemoryError", errorMessage: "Java heap space", stackTrace: anyList },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "recursion without end is an error, and the next invocation works",
    ...handler("test.Failures$Recurses::handleRequest"),
    answer: { errorType: "java.lang.StackOverflowError", stackTrace: anyList },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a response over 6 MB is refused, and the next invocation works",
    ...handler("test.Failures$Writes::handleRequest"),
    answer: {
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
      errorType: "Function.ResponseSizeTooLarge",
    },
    afterwards: ok,
    ...unhandled,
  },
  {
    title: "a timeout ends the process, and the next invocation starts another",
    assignment: { ...handler("test.Failures$Sleeps::handleRequest").assignment, timeoutMs: 3000 },
    answer: {
      errorType: "Sandbox.Timedout",
      errorMessage: "RequestId: <id> Error: Task timed out after 3.00 seconds",
    },
    afterwards: ok,
    functionError: "Unhandled",
    status: "timeout",
  },
];

const initFailures: Behaviour[] = [
  {
    title: "a missing class is told by its name",
    ...handler("test.Nowhere::handleRequest"),
    answer: { errorType: "java.lang.ClassNotFoundException", errorMessage: "Class not found: test.Nowhere" },
    ...unhandled,
  },
  {
    title: "a missing method is told by its name",
    ...handler("test.Forms$Plain::subtract"),
    answer: {
      errorMessage:
        "No public method named subtract with appropriate method signature found on class test.Forms$Plain",
    },
    ...unhandled,
  },
  {
    title: "an exception of the constructor is the caller's answer",
    ...handler("test.Failures$Unborn::handleRequest"),
    answer: { errorMessage: "not today", errorType: "java.lang.IllegalArgumentException" },
    ...unhandled,
  },
];

const files = await javaFiles();
for (const version of ["17", "21", "25"]) {
  const runtime = `java${version}`;
  const language = { runtime, rootfs: await rootfsOf(`runtime-${runtime}`) };
  behaviours(
    runtime,
    [...forms(version), ...failures, ...initFailures].map((behaviour) => ({ ...behaviour, language, files })),
  );
}
