/** Columns of `kubectl get aliases`. */
import { age, column, condition } from "../kind.ts";

export const aliasColumns = [
  column("Function", ".spec.functionName", "The function."),
  column("Alias", ".spec.name", "Its name."),
  column("Version", ".status.functionVersion", "The version it points to."),
  column("URL", ".status.url", "Address of its URL."),
  column("Rollout", ".status.rollout.phase", "How far a change has come."),
  column("Ready", condition("Ready", "status"), "Whether it points where its spec says."),
  column("Reason", condition("Ready", "message"), "Why it stands where it does.", { priority: 1 }),
  column("Provisioned", ".status.provisionedConcurrency.status", "How far provisioned concurrency is.", {
    priority: 1,
  }),
  age,
];
