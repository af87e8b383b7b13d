/** Whether an invocation may start here (C2), and what an assignment is told that nothing came of. Pure. */
import type { HeadOf, LinkError, ToGateway } from "../../../crds/link/messages.ts";

export type Refusal = "Unassigned" | "WrongRevision" | "Busy" | "Leaving";

export function refusalOf(
  environment: { revision: string | undefined; busy: boolean; leaving: string | undefined },
  invocation: { revision: string },
): Refusal | undefined {
  if (environment.leaving !== undefined) return "Leaving";
  if (environment.revision === undefined) return "Unassigned";
  if (environment.revision !== invocation.revision) return "WrongRevision";
  return environment.busy ? "Busy" : undefined;
}

export const unprepared = (revision: string, error: LinkError): HeadOf<ToGateway, "initialized"> => ({
  revision,
  status: "error",
  error,
  initMs: 0,
  unpackMs: 0,
  processStartMs: 0,
});
