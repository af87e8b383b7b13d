/** Columns of `kubectl get layerversions`. */
import { age, column } from "../kind.ts";

export const layerVersionColumns = [
  column("Layer", ".spec.layerName", "The layer."),
  column("Version", ".status.version", "Its number."),
  column("State", ".status.state", "Whether functions can use it."),
  column("Reason", ".status.stateReason", "Why it is not Active.", { priority: 1 }),
  age,
];
