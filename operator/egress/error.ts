/** Why a fetch on a user's behalf did not succeed. Never holds anything the other side sent but its status. */

export type EgressReason =
  /** The URL, or the address it names, may not be dialled. */
  | "refused"
  /** Its name has no address that may be dialled, or cannot be looked up now: nothing is told apart. */
  | "noAddress"
  | "unreachable"
  | "timeout"
  | "tooLarge"
  /** Answered, but not with what was asked for. */
  | "status";

export class EgressError extends Error {
  override name = "EgressError";
  readonly reason: EgressReason;
  /** The HTTP status, for `status`. */
  readonly status: number | undefined;
  constructor(reason: EgressReason, message: string, options: ErrorOptions & { status?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.status = options.status;
  }
}
