/** Why code cannot be had, as the Function's status will say it: a code for programs and a sentence to act on. */
import type { StateReasonCode } from "../../crds/function/status.ts";

export class CodeError extends Error {
  override name = "CodeError";
  readonly reasonCode: StateReasonCode;
  /** Trying again may help without anybody changing anything. */
  readonly passing: boolean;
  constructor(
    reasonCode: StateReasonCode,
    message: string,
    options: ErrorOptions & { passing?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reasonCode = reasonCode;
    this.passing = options.passing ?? false;
  }
}

export function badArchive(message: string, cause?: unknown): CodeError {
  return new CodeError("InvalidZipFileException", message, { cause });
}

/** Over Lambda's limits of size, zipped or not. */
export function tooLarge(message: string, cause?: unknown): CodeError {
  const mend = "Leave out what the function does not need, or use a container image.";
  return new CodeError("CodeStorageExceeded", `${message} ${mend}`, { cause });
}
