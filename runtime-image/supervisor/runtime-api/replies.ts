/** Lambda's replies to the runtime, word for word (docs/lambda.md, Runtime API). */
import { responseBytesMax } from "../limits.ts";
import type { Reply } from "./http/reply.ts";
import type { ApiState } from "./states.ts";

const refusal = (status: number, errorType: string, errorMessage: string): Reply => ({
  status,
  json: { errorMessage, errorType },
});

export const accepted: Reply = { status: 202, json: { status: "OK" } };
export const pong: Reply = { status: 200, body: Buffer.from("pong") };
/** Lambda's own clients for Python, Java and Node.js crash without a Content-Type. */
export const restored: Reply = { status: 200, json: {} };
export const notFound: Reply = { status: 404, body: Buffer.from("404 page not found\n") };
export const wrongMethod: Reply = { status: 405 };
export const invalidRequestId = refusal(400, "InvalidRequestID", "Invalid request ID");
export const truncated = refusal(400, "TruncatedHTTPRequest", "HTTP request detected as truncated");
export const invalidMode = refusal(
  400,
  "InvalidFunctionResponseMode",
  "Invalid Lambda-Runtime-Function-Response-Mode header: only streaming is allowed",
);
export const tooManyWait = refusal(500, "InternalServerError", "Too many calls wait for the next invocation");
export const unassigned = refusal(500, "InternalServerError", "No function runs here");
export const tooLarge = refusal(
  413,
  "RequestEntityTooLarge",
  `Exceeded maximum allowed payload size (${responseBytesMax} bytes).`,
);

export const refusedTransition = (from: ApiState, to: ApiState): Reply =>
  refusal(
    403,
    "InvalidStateTransition",
    `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
  );
