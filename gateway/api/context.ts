/** X-Amz-Client-Context: base64 of a JSON object, ≤ 3583 bytes; handed to the function as JSON. */
import { LambdaError } from "../../crds/errors.ts";

const encodedLengthMax = 3583;

export function readClientContext(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (header.length > encodedLengthMax)
    throw invalid(`X-Amz-Client-Context may have ${encodedLengthMax} bytes`);
  const text = Buffer.from(header, "base64").toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("Client context must be a valid Base64-encoded JSON object.", cause);
  }
  if (typeof value !== "object" || value === null)
    throw invalid("Client context must be a valid Base64-encoded JSON object.");
  return text;
}

function invalid(message: string, cause?: unknown): LambdaError {
  return new LambdaError("InvalidRequestContentException", message, { cause });
}
