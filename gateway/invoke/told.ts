/** How an error that ended a response is told to Lambda's callers: in the words of the runtime, which are JSON, if they are its own. */
import type { LinkError } from "../../crds/link/messages.ts";

export interface Told {
  errorType: string;
  /** The error's JSON. */
  body: string;
}

export function tellError({ errorType, errorMessage }: LinkError): Told {
  const said = readError(errorMessage);
  if (said === undefined) return { errorType, body: JSON.stringify({ errorType, errorMessage }) };
  return { errorType: said.errorType ?? errorType, body: errorMessage };
}

function readError(text: string): { errorType: string | undefined } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const errorType = "errorType" in value ? value.errorType : undefined;
    return { errorType: typeof errorType === "string" ? errorType : undefined };
  } catch (cause) {
    // An error of ours, in plain words, or one too long for the link.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
