/** The operations Invoke and InvokeWithResponseStream: HTTP in, one invocation, HTTP out, as the AWS SDKs expect it. */
import { LambdaError } from "../../crds/errors.ts";
import { limits } from "../../crds/limits.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { InvokeOutcome, InvokeRequest } from "../invoke/request.ts";
import { traceIdOf } from "../invoke/trace.ts";
import type { HttpAnswer, HttpRequest } from "../listener/http.ts";
import { callerNamespace } from "./caller.ts";
import { readClientContext, readCognitoIdentity, readTenantId } from "./context.ts";
import { answerStream } from "./stream.ts";
import { findTarget } from "./target.ts";

export interface InvokeDeps extends ClockDep, RandomDep {
  catalog: Catalog;
  settings: Settings;
  invoke(request: InvokeRequest): Promise<InvokeOutcome>;
}

const emptyEvent = Buffer.from("{}");

/** Throws LambdaError for everything that is no answer of the function. */
export async function invokeOperation(
  deps: InvokeDeps,
  request: HttpRequest,
  call: {
    reference: string;
    qualifier: string | undefined;
    requestId: string;
    response: "whole" | "streamed";
  },
): Promise<HttpAnswer> {
  const type = request.header("x-amz-invocation-type") ?? "RequestResponse";
  const { callable, draw, invokedFunctionArn } = await findTarget(deps, {
    reference: call.reference,
    qualifier: call.qualifier,
    callerNamespace: callerNamespace(request.header("authorization")),
  });
  const payload = await readPayload(request);
  switch (type) {
    case "DryRun":
      return { status: 204, headers: [], body: "" };
    case "RequestResponse":
      break;
    case "Event":
      throw new LambdaError(
        "InvalidParameterValueException",
        "InvocationType Event is not served by this release: invoke with RequestResponse.",
      );
    default:
      throw new LambdaError(
        "ValidationException",
        `1 validation error detected: Value '${type.slice(0, 64)}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`,
      );
  }
  const traceId = traceIdOf(request.header("x-amzn-trace-id"), deps.clock.nowMs(), deps.random.uuid());
  const clientContext = readClientContext(request.header("x-amz-client-context"));
  const cognitoIdentity = readCognitoIdentity(request.header("x-amz-cognito-identity"));
  const tenantId = readTenantId(request.header("x-amz-tenant-id"));
  const outcome = await deps.invoke({
    requestId: call.requestId,
    callable,
    ...(draw === undefined ? {} : { draw }),
    invokedFunctionArn,
    payload,
    logTail: request.header("x-amz-log-type") === "Tail",
    ...(call.response === "streamed" ? { response: "streamed" } : {}),
    traceId,
    get signal() {
      return request.signal;
    },
    ...(clientContext === undefined ? {} : { clientContext }),
    ...(cognitoIdentity === undefined ? {} : { cognitoIdentity }),
    ...(tenantId === undefined ? {} : { tenantId }),
    // Whatever the client's header says: SDKs send application/octet-stream, and Python's runtime takes that for bytes.
    contentType: "application/json",
  });
  if (call.response === "streamed" && (outcome.kind === "streaming" || outcome.kind === "answered"))
    return answerStream(outcome, traceId);
  return answerOf(outcome, traceId);
}

async function readPayload(request: HttpRequest): Promise<Uint8Array> {
  const body = await request.body();
  switch (body.kind) {
    case "tooLarge":
      throw new LambdaError(
        "RequestEntityTooLargeException",
        `Request must be smaller than ${limits.requestBytesMax} bytes for the InvokeFunction operation`,
      );
    case "broken":
      throw new LambdaError("InvalidRequestContentException", "The request's body did not come in whole.");
    case "whole":
      if (body.bytes.length === 0) return emptyEvent;
      checkJson(body.bytes);
      return body.bytes;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A large payload is the runtime's to parse: here it would hold up everybody else's. */
function checkJson(bytes: Uint8Array): void {
  if (bytes.length > limits.parsedPayloadBytesMax) return;
  try {
    JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LambdaError(
      "InvalidRequestContentException",
      `Could not parse request body into json: Could not parse payload into json: ${why}`,
      { cause },
    );
  }
}

function answerOf(outcome: InvokeOutcome, traceId: string): HttpAnswer {
  switch (outcome.kind) {
    case "refused":
      throw outcome.error;
    case "streaming":
      outcome.stream.cancel();
      throw new LambdaError("ServiceException", "A response came as a stream that was not asked for as one.");
    case "abandoned":
      throw new LambdaError("ServiceException", "The caller went away.");
    case "answered": {
      const headers: [string, string][] = [
        ["content-type", "application/json"],
        ["x-amz-executed-version", outcome.functionVersion],
        ["x-amzn-trace-id", traceId],
      ];
      if (outcome.functionError !== undefined) headers.push(["x-amz-function-error", outcome.functionError]);
      if (outcome.logTail !== undefined) headers.push(["x-amz-log-result", outcome.logTail]);
      return { status: 200, headers, body: outcome.body };
    }
  }
}
