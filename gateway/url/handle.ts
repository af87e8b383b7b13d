/** The public listener: function URLs and nothing else. A request for anything that is no URL reaches nothing. */
import { limits } from "../../crds/limits.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import type { Aside } from "../aside/aside.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Resolution } from "../catalog/resolution.ts";
import { settle } from "../catalog/settle.ts";
import { answerError, notReady, requestTooLarge, tooManyBytes } from "../invoke/answer.ts";
import type { InvokeOutcome, InvokeRequest } from "../invoke/request.ts";
import { traceIdOf } from "../invoke/trace.ts";
import type { HttpAnswer, HttpHandler, HttpRequest } from "../listener/http.ts";
import { answerPreflight, withCors } from "./cors.ts";
import { matchUrl, type UrlMatch } from "./match.ts";
import { inPublic } from "./public.ts";
import { badGateway } from "./response.ts";
import { sourceOf } from "./source.ts";
import { mapStream, preludeType } from "./stream.ts";

export interface UrlDeps extends ClockDep, RandomDep, LogDep {
  catalog: Catalog;
  settings: Settings;
  /** Reads and writes bodies. */
  aside: Aside;
  invoke(request: InvokeRequest): Promise<InvokeOutcome>;
}

const forbidden =
  "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

export function createUrlHandler(deps: UrlDeps): HttpHandler {
  return async (request) => {
    const requestId = deps.random.uuid();
    const answer = await serve(deps, request, requestId).catch((error: unknown) =>
      answerError(deps, "a URL request failed", inPublic(error)),
    );
    answer.headers.push(["x-amzn-requestid", requestId]);
    return answer;
  };
}

async function serve(deps: UrlDeps, request: HttpRequest, requestId: string): Promise<HttpAnswer> {
  const match = matchUrl(request.header("host"), request.path, deps.settings.urls);
  if (match === undefined) return refuse(404, "There is no function URL at this address.");
  const found = await settle(deps, () => deps.catalog.byUrlId(match.id));
  if (found === undefined) return refuse(403, null);
  if (found.kind === "notReady") throw notReady(found.state, found.reason);
  if (found.kind !== "found" || found.callable.url === undefined) return refuse(403, null);
  const { url } = found.callable;
  if (url?.authType === "AWS_IAM")
    return refuse(403, `${forbidden} (authType AWS_IAM is not served by this release.)`);
  const origin = request.header("origin");
  if (url?.cors === undefined) return invoke(deps, request, match, found, requestId);
  const preflight = answerPreflight(url.cors, {
    method: request.method,
    origin,
    requestMethod: request.header("access-control-request-method"),
    requestHeaders: request.header("access-control-request-headers"),
  });
  if (preflight !== undefined) return preflight;
  const answer = await invoke(deps, request, match, found, requestId).catch((error: unknown) =>
    answerError(deps, "a URL request failed", inPublic(error)),
  );
  return withCors(url.cors, origin, answer);
}

async function invoke(
  deps: UrlDeps,
  request: HttpRequest,
  match: UrlMatch,
  { callable, draw }: Extract<Resolution, { kind: "found" }>,
  requestId: string,
): Promise<HttpAnswer> {
  const body = await request.body(callable.namespace);
  if (body.kind === "tooLarge") throw requestTooLarge();
  if (body.kind === "noRoom") throw tooManyBytes();
  if (body.kind === "broken") return refuse(400, "The request's body did not come in whole.");
  const { urls } = deps.settings;
  const timeMs = deps.clock.nowMs();
  const traceId = traceIdOf(request.header("x-amzn-trace-id"), timeMs, deps.random.uuid());
  const payload = await deps.aside.do(callable.namespace, "event", {
    method: request.method,
    path: match.path,
    query: request.query,
    headers: [...request.headers()],
    body: body.pieces,
    id: match.id,
    domainName: match.domainName,
    source: sourceOf(request.remoteAddress, request.header("x-forwarded-for"), urls.trustedProxies),
    scheme: urls.scheme,
    port: urls.port ?? (urls.scheme === "https" ? 443 : 80),
    requestId,
    traceId,
    timeMs,
  });
  if (payload.length > limits.requestBytesMax) throw requestTooLarge();
  const outcome = await deps.invoke({
    requestId,
    callable,
    ...(draw === undefined ? {} : { draw }),
    invokedFunctionArn:
      callable.qualifier === undefined ? callable.arn : `${callable.arn}:${callable.qualifier}`,
    payload,
    contentType: "application/json",
    traceId,
    release: request.release,
    logTail: false,
    ...(callable.url?.invokeMode === "RESPONSE_STREAM" ? { response: "streamed" } : {}),
    get signal() {
      return request.signal;
    },
  });
  const answer = await answerOf(deps, outcome, callable.namespace);
  answer.headers.push(["x-amzn-trace-id", traceId]);
  return answer;
}

function answerOf(
  { aside }: UrlDeps,
  outcome: InvokeOutcome,
  namespace: string,
): HttpAnswer | Promise<HttpAnswer> {
  switch (outcome.kind) {
    case "streaming":
      return mapStream(outcome);
    case "answered":
      if (outcome.functionError !== undefined) return badGateway();
      return aside.do(namespace, outcome.contentType === preludeType ? "collected" : "result", {
        body: outcome.body,
      });
    case "refused":
      // Lambda's own failure in the middle of a call is a bad gateway here; the rest keeps its status.
      if (outcome.error.code === "ServiceException") return badGateway();
      if (outcome.error.code === "ResourceNotFoundException") return refuse(403, null);
      throw outcome.error;
    case "abandoned":
      return badGateway();
  }
}

/** The same answer for a URL that never was and one that is gone. */
function refuse(status: number, message: string | null): HttpAnswer {
  return {
    status,
    headers: [
      ["content-type", "application/json"],
      ["x-amzn-errortype", status === 404 ? "ResourceNotFoundException" : "AccessDeniedException"],
    ],
    body: JSON.stringify({ Message: message }),
  };
}
