/** The Lambda API's listener: routes a call to its operation and turns every error into Lambda's answer. */
import { LambdaError } from "../../crds/errors.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { answerError } from "../invoke/answer.ts";
import type { HttpAnswer, HttpHandler, HttpRequest } from "../listener/http.ts";
import { type InvokeDeps, invokeOperation } from "./invoke.ts";

const invocationsPath = /^\/2015-03-31\/functions\/([^/]{1,1024})\/invocations\/?$/;
const streamingPath = /^\/2021-11-15\/functions\/([^/]{1,1024})\/response-streaming-invocations\/?$/;

export function createApiHandler(deps: InvokeDeps & LogDep): HttpHandler {
  return async (request) => {
    const requestId = deps.random.uuid();
    const answer = await route(deps, request, requestId).catch((error: unknown) =>
      answerError(deps, "an API call failed", error),
    );
    answer.headers.push(["x-amzn-requestid", requestId]);
    return answer;
  };
}

async function route(deps: InvokeDeps, request: HttpRequest, requestId: string): Promise<HttpAnswer> {
  const streamed = streamingPath.exec(request.path)?.[1];
  const name = streamed ?? invocationsPath.exec(request.path)?.[1];
  if (name === undefined) {
    const message = `This release serves POST /2015-03-31/functions/{name}/invocations and /2021-11-15/functions/{name}/response-streaming-invocations only; manage functions with kubectl. ${request.method} ${request.path.slice(0, 200)} is not served.`;
    throw new LambdaError("UnknownOperationException", message);
  }
  if (request.method !== "POST")
    throw new LambdaError("MethodNotAllowedException", `Invoke is a POST, not a ${request.method}.`);
  const qualifier = new URLSearchParams(request.query).get("Qualifier") ?? undefined;
  const response = streamed === undefined ? "whole" : "streamed";
  return invokeOperation(deps, request, { reference: decode(name), qualifier, requestId, response });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new LambdaError("ValidationException", `'${segment}' is not valid percent-encoding`, { cause });
  }
}
