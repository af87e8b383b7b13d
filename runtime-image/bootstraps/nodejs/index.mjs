/** The Node runtime: loads the function, then answers one invocation after the other. */
import { createClient } from "./client.mjs";
import { patchConsole, writeAtOnce } from "./console.mjs";
import { createContext } from "./context.mjs";
import { runtimeError, toAnswer, toLogLine, toXrayCause } from "./errors.mjs";
import { callHandler } from "./invoke.mjs";
import { loadHandler } from "./load.mjs";
import { installStreaming, isStreaming, streamHandler } from "./stream.mjs";
import { waitForAssignment } from "./wait.mjs";

const client = createClient(process.env.AWS_LAMBDA_RUNTIME_API);
const current = { requestId: undefined, tenantId: undefined };
let { logError } = patchConsole(current);
let idle = () => {};

writeAtOnce();
installStreaming();
process.on("uncaughtException", (error) => void die("Uncaught Exception", error, 129));
process.on("unhandledRejection", (reason, promise) => {
  const error = runtimeError("Runtime.UnhandledPromiseRejection", String(reason), reason?.stack);
  void die("Unhandled Promise Rejection", Object.assign(error, { reason, promise }), 128);
});
process.on("beforeExit", () => idle());

/** Reports what cannot be survived, then ends: the environment starts the next process afresh. */
async function die(label, error, code) {
  logError(label, error, toLogLine);
  await report(error).catch((failure) => logError("The error could not be reported", failure, toLogLine));
  process.exit(code);
}

function report(error) {
  const { requestId } = current;
  const answer = toAnswer(error);
  return requestId === undefined
    ? client.failInit(answer, toXrayCause(error))
    : client.fail(requestId, answer, toXrayCause(error));
}

async function start() {
  try {
    return await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  } catch (error) {
    await die("Uncaught Exception", error, 1);
    return undefined;
  }
}

/** Answers one event; resolves to the next. */
async function answer(handler, { headers, body }) {
  current.requestId = headers.get("lambda-runtime-aws-request-id");
  current.tenantId = headers.get("lambda-runtime-aws-tenant-id");
  const traceId = headers.get("lambda-runtime-trace-id");
  if (traceId === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = traceId;
  client.idle();
  try {
    const context = createContext(headers);
    const event = JSON.parse(body.toString());
    if (isStreaming(handler)) {
      await streamHandler(handler, event, context, client.address);
      return client.next();
    }
    const result = await callHandler(handler, event, context, (callback) => {
      idle = callback;
    });
    return client.respondThenNext(current.requestId, serialize(result));
  } catch (error) {
    logError("Invoke Error", error, toLogLine);
    await report(error);
  } finally {
    idle = () => {};
  }
  return client.next();
}

function serialize(result) {
  try {
    return Buffer.from(JSON.stringify(result) ?? "null");
  } catch (cause) {
    const error = runtimeError("Runtime.MarshalError", "Unable to stringify response body");
    throw Object.assign(error, { cause });
  }
}

if (process.env.KAMBDA_WAIT !== undefined) {
  await waitForAssignment(client, answer);
  current.requestId = undefined;
  current.tenantId = undefined;
  ({ logError } = patchConsole(current));
}
const handler = await start();
for (let event = await client.next(); ; ) event = await answer(handler, event);
