/** Whether an invocation may start here (C2). Pure. */

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
