/** What asking the catalog for a function, a version or an alias comes to. */
import type { Callable } from "./callable.ts";

export type Resolution =
  | { kind: "found"; callable: Callable }
  | { kind: "noFunction" }
  | { kind: "noQualifier" }
  /** It exists and cannot run: being made, or its first code was refused. */
  | { kind: "notReady"; state: "Pending" | "Failed" | "Inactive"; reason: string };
