/** What the runtime gets with an event: Lambda's headers, empty ones left out. Pure. */
import type { HeadOf, ToEnvironment } from "../../../crds/link/messages.ts";

export function deliveryHeaders(
  head: HeadOf<ToEnvironment, "invoke">,
  deadlineMs: number,
): ReadonlyArray<readonly [string, string]> {
  const headers: Array<readonly [string, string]> = [
    // Several runtime clients crash without a Content-Type (API.md §1).
    ["Content-Type", head.contentType ?? "application/json"],
    ["Lambda-Runtime-Aws-Request-Id", head.requestId],
    ["Lambda-Runtime-Deadline-Ms", String(Math.floor(deadlineMs))],
    ["Lambda-Runtime-Invoked-Function-Arn", head.invokedFunctionArn],
  ];
  if (head.traceId) headers.push(["Lambda-Runtime-Trace-Id", head.traceId]);
  if (head.clientContext) headers.push(["Lambda-Runtime-Client-Context", head.clientContext]);
  if (head.cognitoIdentity) headers.push(["Lambda-Runtime-Cognito-Identity", head.cognitoIdentity]);
  if (head.tenantId) headers.push(["Lambda-Runtime-Aws-Tenant-Id", head.tenantId]);
  return headers;
}
