/** Columns of `kubectl get esm`. */
import { age, column } from "../kind.ts";

export const eventSourceMappingColumns = [
  column("Function", ".spec.functionName", "The function."),
  column("State", ".status.state", "What it is doing."),
  column("Last Result", ".status.lastProcessingResult", "How the last batch went."),
  column("Enabled", ".spec.enabled", "Whether it polls.", { type: "boolean", priority: 1 }),
  age,
];
