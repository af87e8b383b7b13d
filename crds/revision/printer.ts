/** Columns of `kubectl get revisions.kambda.dev`. */
import { age, column } from "../kind.ts";

export const revisionColumns = [
  column("Function", ".spec.functionName", "The function."),
  column("Version", ".spec.functionVersion", "Its version."),
  column("Runtime", ".spec.runtime", "What runs the code."),
  column("Code", ".spec.code.codeSha256", "SHA-256 of the archive.", { priority: 1 }),
  age,
];
