import type { FunctionObject } from "../../crds/function/schema.ts";
import type { Problem } from "./problem.ts";

/** How far a Function has come with what its spec asks for. */
export type Progress =
  | { progress: "working" }
  | { progress: "serving"; revision: string; codeSha256?: string; codeSize?: number }
  | { progress: "failed"; problem: Problem; codeAtFault: boolean };

/** What failed stays failed while it is tried again: it would be Pending and Failed by turns, and whoever waits for either would be misled. */
export function isRetried(of: FunctionObject, progress: Progress): boolean {
  const { observedGeneration, lastUpdateStatus } = of.status;
  return (
    progress.progress === "working" &&
    lastUpdateStatus === "Failed" &&
    observedGeneration === of.metadata.generation
  );
}
