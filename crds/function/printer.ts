/** Columns of `kubectl get functions`. */
import { age, column, condition } from "../kind.ts";

export const functionColumns = [
  column("State", ".status.state", "Whether it can be invoked."),
  column("Runtime", ".spec.runtime", "What runs the code."),
  column("URL", ".status.url", "Address of its URL."),
  column("Last Update", ".status.lastUpdateStatus", "How the newest change fares."),
  column("Memory", ".spec.memorySize", "Memory in MB.", { type: "integer", priority: 1 }),
  column("Timeout", ".spec.timeout", "Seconds an invocation may take.", { type: "integer", priority: 1 }),
  column("Version", ".status.latestVersion", "The last version published.", { type: "integer", priority: 1 }),
  column("Invocable", condition("Invocable", "status"), "Whether environments initialise.", { priority: 1 }),
  column("Reason", condition("Ready", "message"), "Why it stands where it does.", { priority: 1 }),
  age,
];
