/** The error bodies Lambda answers in the runtime's stead (docs/lambda.md, outcomes). Pure. */

import type { LinkError } from "../../../crds/link/messages.ts";

export function timedOut(requestId: string, timeoutMs: number): LinkError {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return failed(requestId, "Sandbox.Timedout", `Task timed out after ${seconds} seconds`);
}

export function failed(requestId: string, errorType: string, message: string): LinkError {
  return { errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` };
}

export const bodyOf = (error: LinkError): Uint8Array => Buffer.from(JSON.stringify(error));
