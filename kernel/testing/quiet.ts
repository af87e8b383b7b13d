/** A log for tests that keeps what was said, and chance that is always the same. */
import { describe, type Log } from "../log/log.ts";
import type { Random } from "../random/random.ts";

export function createTestLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const log: Log & { lines: string[] } = {
    lines,
    debug: () => undefined,
    info: (message) => void lines.push(message),
    warn: (message) => void lines.push(message),
    error: (message, error) => void lines.push(`${message}: ${describe(error)}`),
    with: () => log,
  };
  return log;
}

/** Draws the middle always, so that a jittered wait is the wait itself. */
export function createTestRandom(): Random {
  let drawn = 0;
  return {
    fraction: () => 0.5,
    uuid: () => `00000000-0000-4000-8000-${String(++drawn).padStart(12, "0")}`,
    bytes: (count) => new Uint8Array(count).fill(++drawn % 256),
  };
}
