/** What asking the catalog for a function, a version or an alias comes to. */
import type { AliasDraw } from "../placer/state.ts";
import type { Callable } from "./callable.ts";

export type Resolution =
  /** `draw`: it was asked for by an alias, and the placer draws its version. */
  | { kind: "found"; callable: Callable; draw?: AliasDraw }
  | { kind: "noFunction" }
  | { kind: "noQualifier" }
  /** It exists and cannot run: being made, or its first code was refused. */
  | { kind: "notReady"; state: "Pending" | "Failed" | "Inactive"; reason: string };
