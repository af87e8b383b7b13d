/** What a caller is told when the environment went away in the middle of its invocation. */
import { LambdaError } from "../../crds/errors.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { InvokeOutcome } from "./request.ts";

/** Out of memory is the function's doing and its answer; everything else is ours, and may be tried again. */
export function outcomeOfLoss(
  requestId: string,
  functionVersion: string,
  pod: EnvironmentPod | undefined,
): InvokeOutcome {
  if (pod?.trouble?.kind === "outOfMemory") {
    const error = {
      errorType: "Runtime.OutOfMemory",
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
    };
    return {
      kind: "answered",
      body: [Buffer.from(JSON.stringify(error))],
      contentType: "application/json",
      functionError: "Unhandled",
      functionVersion,
      logTail: undefined,
    };
  }
  const why = pod?.trouble?.message ?? "its environment was lost";
  return {
    kind: "refused",
    error: new LambdaError("ServiceException", `The invocation was interrupted: ${why}.`),
  };
}
