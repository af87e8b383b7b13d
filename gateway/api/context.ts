/** What an Invoke says of its caller beside the event, in headers: handed to the function's context. */
import { z } from "zod";
import { LambdaError } from "../../crds/errors.ts";

const encodedLengthMax = 3583;

/** X-Amz-Client-Context: base64 of a JSON object, ≤ 3583 bytes; handed on as JSON. */
export function readClientContext(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const { text, value } = decode("Client context", header);
  if (typeof value !== "object" || value === null)
    throw invalid("Client context must be a valid Base64-encoded JSON object.");
  return text;
}

const identity = z.object({
  cognitoIdentityId: z.string().max(256),
  cognitoIdentityPoolId: z.string().max(256),
});

/**
 * X-Amz-Cognito-Identity: base64 of `{"cognitoIdentityId", "cognitoIdentityPoolId"}`. Lambda reads it out of Cognito's credentials;
 * callers of this listener are inside the cluster, and say for whom they call.
 */
export function readCognitoIdentity(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const read = identity.safeParse(decode("Cognito identity", header).value);
  if (!read.success)
    throw invalid(
      "Cognito identity must be Base64-encoded JSON of cognitoIdentityId and cognitoIdentityPoolId.",
    );
  return JSON.stringify(read.data);
}

const tenantPattern = /^[a-zA-Z0-9._:/=+\-@ ]{1,256}$/;

/** X-Amz-Tenant-Id, as the service model bounds it. */
export function readTenantId(header: string | undefined): string | undefined {
  if (header === undefined || tenantPattern.test(header)) return header;
  throw new LambdaError(
    "ValidationException",
    `1 validation error detected: Value '${header.slice(0, 64)}' at 'tenantId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9\\._:\\/=+\\-@ ]+ and have length less than or equal to 256`,
  );
}

function decode(name: string, header: string): { text: string; value: unknown } {
  if (header.length > encodedLengthMax) throw invalid(`${name} may have ${encodedLengthMax} bytes`);
  const text = Buffer.from(header, "base64").toString("utf8");
  try {
    return { text, value: JSON.parse(text) };
  } catch (cause) {
    throw invalid(`${name} must be a valid Base64-encoded JSON object.`, cause);
  }
}

function invalid(message: string, cause?: unknown): LambdaError {
  return new LambdaError("InvalidRequestContentException", message, { cause });
}
