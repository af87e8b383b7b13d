/** Waits until what a process has written so far is in the log. */
import type { Clock } from "../clock/clock.ts";
import { logDrainMsMax } from "../limits.ts";
import type { Capture } from "./journal.ts";

/** A pipe that holds more is not always read again in the very next turn. */
const quietTurns = 2;

/** How long to wait for the kubelet between two looks. */
const heldMs = 1;

/**
 * True once the pipes were looked at and nothing more came: what the runtime wrote before its last call is in its pipe
 * by then. False when there was no end of it in time.
 */
export async function drain(clock: Clock, capture: Pick<Capture, "seenBytes" | "isHeld">): Promise<boolean> {
  const startMs = clock.elapsed();
  for (let quiet = 0; quiet < quietTurns; ) {
    const before = capture.seenBytes();
    await new Promise<void>((resolve) => {
      if (capture.isHeld()) clock.after(heldMs, resolve);
      else clock.turn(resolve);
    });
    quiet = !capture.isHeld() && capture.seenBytes() === before ? quiet + 1 : 0;
    if (clock.elapsed() - startMs > logDrainMsMax) return false;
  }
  return true;
}
