/** The operations Invoke and InvokeWithResponseStream: HTTP in, one invocation, HTTP out, as the AWS SDKs expect it. */
import { LambdaError } from "../../crds/errors.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import type { Aside } from "../aside/aside.ts";
import { join, lengthOf, type Pieces } from "../aside/pieces.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { requestTooLarge, tooManyBytes } from "../invoke/answer.ts";
import type { InvokeOutcome, InvokeRequest } from "../invoke/request.ts";
import { traceIdOf } from "../invoke/trace.ts";
import type { HttpAnswer, HttpRequest } from "../listener/http.ts";
import { callerNamespace } from "./caller.ts";
import { readClientContext, readCognitoIdentity, readTenantId } from "./context.ts";
import { answerStream, eventsOf } from "./stream.ts";
import { findTarget } from "./target.ts";

export interface InvokeDeps extends ClockDep, RandomDep {
  catalog: Catalog;
  settings: Settings;
  /** Reads and writes bodies. */
  aside: Aside;
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
  const payload = await readPayload(deps.aside, callable.namespace, request);
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
    release: request.release,
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
  if (call.response === "streamed") {
    if (outcome.kind === "streaming") return answerStream(outcome, eventsOf(outcome.stream), traceId);
    if (outcome.kind === "answered") {
      const { body, functionError, logTail } = outcome;
      const whole = { body, functionError, logTail };
      return answerStream(outcome, await deps.aside.do(callable.namespace, "completion", whole), traceId);
    }
  }
  return answerOf(deps.aside, callable.namespace, outcome, traceId);
}

async function readPayload(aside: Aside, namespace: string, request: HttpRequest): Promise<Uint8Array> {
  const body = await request.body(namespace);
  switch (body.kind) {
    case "tooLarge":
      throw requestTooLarge();
    case "noRoom":
      throw tooManyBytes();
    case "broken":
      throw new LambdaError("InvalidRequestContentException", "The request's body did not come in whole.");
    case "whole":
      return lengthOf(body.pieces) === 0 ? emptyEvent : await readWhole(aside, namespace, body.pieces);
  }
}

async function readWhole(aside: Aside, namespace: string, body: Pieces): Promise<Uint8Array> {
  const read = await aside.do(namespace, "payload", { body });
  if (read.kind === "json") return read.body;
  throw new LambdaError(
    "InvalidRequestContentException",
    `Could not parse request body into json: Could not parse payload into json: ${read.why}`,
  );
}

async function answerOf(
  aside: Aside,
  namespace: string,
  outcome: InvokeOutcome,
  traceId: string,
): Promise<HttpAnswer> {
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
      const isWhole = outcome.body.length === 1;
      const body = isWhole ? join(outcome.body) : await aside.do(namespace, "whole", { body: outcome.body });
      return { status: 200, headers, body };
    }
  }
}
