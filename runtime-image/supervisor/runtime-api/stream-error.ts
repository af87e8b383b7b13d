/** A stream that failed in the middle says so in its trailers: a type, and a base64 JSON error (docs/lambda.md, Runtime API). */
import type { LinkError } from "../../../crds/link/messages.ts";
import { readErrorType } from "./error-type.ts";

export function readStreamError(trailers: ReadonlyMap<string, string>): LinkError | undefined {
  const type = trailers.get("lambda-runtime-function-error-type");
  if (type === undefined || type === "") return undefined;
  const body = trailers.get("lambda-runtime-function-error-body") ?? "";
  const errorMessage = Buffer.from(body, "base64").toString("utf8").slice(0, 4096);
  return { errorType: type === "Error" ? type : readErrorType(type), errorMessage };
}
