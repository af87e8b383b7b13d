/**
 * What anybody may read of an error at a URL. An owner's reasons name namespaces, ServiceAccounts, nodes and pods: they stand in the
 * Function's status and Events, and in the answer of `Invoke`, whose callers are trusted. Pure.
 */
import { LambdaError, type LambdaErrorCode } from "../../crds/errors.ts";

const saidInPublic: Partial<Record<LambdaErrorCode, string>> = {
  ResourceConflictException: "The function cannot be invoked at this time.",
  ResourceNotReadyException: "The function cannot be invoked at this time.",
  ServiceUnavailableException: "Service unavailable.",
  // A quota of the cluster is named in it.
  TooManyRequestsException: "Rate Exceeded.",
};

/** The same status, code and Retry-After; errors that are the caller's own keep their words. */
export function inPublic(error: unknown): unknown {
  if (!(error instanceof LambdaError)) return error;
  const said = saidInPublic[error.code];
  if (said === undefined) return error;
  const { code, members, retryAfterSeconds } = error;
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new LambdaError(code, said, { members: { ...members }, ...retry, cause: error });
}
