/** What the runtime gets with an event: Lambda's headers, empty ones left out. Pure. */
import type { HeadOf, ToEnvironment } from "../../../crds/link/messages.ts";
import { type Delivery, nowhere } from "../runtime-api/invocation.ts";

export function deliveryHeaders(
  head: HeadOf<ToEnvironment, "invoke">,
  deadlineMs: number,
): ReadonlyArray<readonly [string, string]> {
  const headers: Array<readonly [string, string]> = [
    // Lambda's own clients for Python, Java and Node.js crash without a Content-Type.
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

/** As an invocation looks, with nothing in it that is anyone's. */
export function madeUpDelivery(): Delivery {
  const requestId = "00000000-0000-0000-0000-000000000000";
  const headers = [
    ["Content-Type", "application/json"],
    ["Lambda-Runtime-Aws-Request-Id", requestId],
    ["Lambda-Runtime-Deadline-Ms", "0"],
    ["Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:rehearsal"],
    ["Lambda-Runtime-Trace-Id", "Root=0;Parent=0;Sampled=0"],
  ] as const;
  return { requestId, headers, payload: Buffer.from("{}"), response: nowhere };
}

/** What a process that waits for its function gets instead of an event: what it now is. */
export function assignmentDelivery(become: {
  variables: Record<string, string>;
  workingDirectory: string;
}): Delivery {
  const headers = [
    ["Content-Type", "application/json"],
    ["Kambda-Assignment", "1"],
  ] as const;
  return { requestId: "", headers, payload: Buffer.from(JSON.stringify(become)), response: nowhere };
}
