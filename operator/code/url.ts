/** Code from an HTTP(S) address: fetched through the egress port, believed only with its hash. */
import { limits } from "../../crds/limits.ts";
import { EgressError } from "../egress/error.ts";
import type { EgressDep } from "../egress/request.ts";
import { CodeError, tooLarge } from "./error.ts";

export async function fetchUrl({ egress }: EgressDep, url: string): Promise<Uint8Array> {
  try {
    const { status, body } = await egress.request({ url, method: "GET", bytesMax: limits.zipBytesMax });
    if (status === 200) return body;
    throw new EgressError("status", `its server answers ${status}`, { status });
  } catch (error) {
    throw error instanceof EgressError ? fromEgress(error, "spec.code.url") : error;
  }
}

/** What a failed fetch means for the Function; `field` is what to look at. */
export function fromEgress(error: EgressError, field: string): CodeError {
  const cause = { cause: error };
  const what = `${field} cannot be used: ${error.message}.`;
  switch (error.reason) {
    case "refused":
      return new CodeError("SourceAccessDenied", what, cause);
    // A moment without DNS passes.
    case "noAddress":
    case "unreachable":
    case "timeout":
      return new CodeError("SourceUnreachable", what, { ...cause, passing: true });
    case "tooLarge":
      return tooLarge(
        `Zipped size must be smaller than ${limits.zipBytesMax} bytes; the archive at ${field} is larger.`,
        error,
      );
    case "status":
      return fromStatus(error, what);
  }
}

function fromStatus(error: EgressError, what: string): CodeError {
  const cause = { cause: error };
  const { status = 0 } = error;
  if (status === 404 || status === 410)
    return new CodeError("SourceNotFound", `${what} Put the archive there, or change the address.`, {
      ...cause,
      passing: true,
    });
  if (status === 401 || status === 403)
    return new CodeError("SourceAccessDenied", `${what} It is asked without credentials: sign the address.`, {
      ...cause,
      passing: true,
    });
  return new CodeError("SourceUnreachable", what, { ...cause, passing: true });
}
