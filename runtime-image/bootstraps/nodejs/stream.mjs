/** `awslambda.streamifyResponse`: handlers that write their response as it comes (Runtime API, mode streaming). */
import { runtimeError, toAnswer } from "./errors.mjs";

const marker = Symbol.for("aws.lambda.runtime.handler.streaming");
const preludeType = "application/vnd.awslambda.http-integration-response";
const preludeEnd = new Uint8Array(8);
const errorType = "Lambda-Runtime-Function-Error-Type";
const errorBody = "Lambda-Runtime-Function-Error-Body";

export function installStreaming() {
  globalThis.awslambda = {
    ...globalThis.awslambda,
    streamifyResponse: (handler) => Object.assign(handler, { [marker]: "response" }),
    HttpResponseStream: { from: withPrelude },
  };
}

export const isStreaming = (handler) => handler[marker] === "response";

/** Status and headers of an HTTP response go ahead of its body, once, with the first write. */
function withPrelude(stream, prelude) {
  stream.setContentType(preludeType);
  stream.prelude = Buffer.concat([Buffer.from(JSON.stringify(prelude)), preludeEnd]);
  return stream;
}

export async function streamHandler(handler, event, context, { host, port }) {
  const stream = await openStream(context.awsRequestId, host, port);
  const answered = new Promise((resolve, reject) => {
    stream.on("response", (reply) => reply.on("end", resolve).resume());
    stream.on("error", reject);
  });
  // The handler's own failure is the one to report; this one is awaited below.
  answered.catch(() => {});
  try {
    await handler(event, stream, context);
    if (!stream.writableEnded)
      throw runtimeError("Runtime.InvalidStreamingOperation", "Response stream is not finished.");
  } catch (error) {
    // Status and headers that were only named have not been sent: the failure is an ordinary one.
    if (!stream.headersSent) {
      stream.destroy();
      throw error;
    }
    const told = toAnswer(error);
    stream.addTrailers({
      [errorType]: told.errorType.replace(/[^\x20-\x7e]/g, "?"),
      [errorBody]: Buffer.from(JSON.stringify(told)).toString("base64"),
    });
    stream.end();
  }
  await answered;
}

async function openStream(requestId, host, port) {
  // Loaded by those who stream; the others start sooner without it.
  const { request } = await import("node:http");
  const stream = request({
    method: "POST",
    host,
    port,
    path: `/2018-06-01/runtime/invocation/${requestId}/response`,
    headers: {
      "Lambda-Runtime-Function-Response-Mode": "streaming",
      "Content-Type": "application/octet-stream",
      "Transfer-Encoding": "chunked",
      Trailer: [errorType, errorBody],
    },
  });
  stream.setContentType = (type) => stream.setHeader("Content-Type", type);
  const write = stream.write.bind(stream);
  const end = stream.end.bind(stream);
  const first = () => {
    const { prelude } = stream;
    stream.prelude = undefined;
    if (prelude !== undefined) write(prelude);
  };
  stream.write = (chunk, ...rest) => {
    first();
    return write(toBytes(chunk), ...rest);
  };
  stream.end = (chunk, ...rest) => {
    first();
    return typeof chunk === "function" || chunk === undefined
      ? end(chunk, ...rest)
      : end(toBytes(chunk), ...rest);
  };
  return stream;
}

const toBytes = (chunk) =>
  typeof chunk === "string" || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk);
