/** Columns of `kubectl get versions.kambda.dev`. */
import { age, column } from "../kind.ts";

export const versionColumns = [
  column("Function", ".spec.functionName", "The function."),
  column("Version", ".status.version", "Its number."),
  column("State", ".status.state", "Whether it can be invoked."),
  column("Aliases", ".status.aliases", "The aliases that point to it."),
  column("Reason", ".status.stateReason", "Why it is not Active.", { priority: 1 }),
  column("Provisioned", ".status.provisionedConcurrency.status", "How far provisioned concurrency is.", {
    priority: 1,
  }),
  column("Description", ".spec.description", "What it is.", { priority: 1 }),
  age,
];
