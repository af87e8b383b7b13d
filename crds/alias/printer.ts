/** Columns of `kubectl get aliases`. */
import { age, column } from "../kind.ts";

export const aliasColumns = [
  column("Function", ".spec.functionName", "The function."),
  column("Alias", ".spec.name", "Its name."),
  column("Version", ".status.functionVersion", "The version it points to."),
  column("URL", ".status.url", "Address of its URL."),
  column("Rollout", ".status.rollout.phase", "How far a change has come.", { priority: 1 }),
  age,
];
