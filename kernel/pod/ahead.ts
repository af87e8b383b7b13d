/** What tells the supervisor to start a runtime process before its function is known: as variables of the pod. */
import { findRuntime } from "../../crds/runtimes.ts";

/**
 * Times a pool's process answers a made-up event. After so many V8 has compiled what an invocation passes through, and more
 * change nothing that was measured (docs/cold-starts.md).
 */
export const rehearsals = 8;

/** None for runtimes whose program is the function's own. `rounds` is 0 where a caller already waits for the pod. */
export function aheadVariables(runtime: string | undefined, memoryMb: number, rounds: number) {
  const found = findRuntime(runtime ?? "");
  if (found.kind === "refused" || !found.runtime.waits) return [];
  return [
    { name: "KAMBDA_AHEAD_RUNTIME", value: found.runtime.name },
    { name: "KAMBDA_AHEAD_MEMORY_MB", value: String(memoryMb) },
    { name: "KAMBDA_AHEAD_REHEARSALS", value: String(rounds) },
  ];
}
