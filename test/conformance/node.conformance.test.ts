/** What Node functions may look like, on every Node we ship. */
import { type Behaviour, unhandled } from "./harness/behaviour.ts";
import { handler, onEveryNode, trace } from "./harness/node.ts";

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

/** Node.js strips types by itself since its 22nd line. */
const typeScript: Behaviour[] = [
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
];

onEveryNode(forms);
onEveryNode(typeScript, 22);
