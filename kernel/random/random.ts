/** Chance as an argument: the only place that draws it. */
import { randomBytes, randomUUID } from "node:crypto";

export interface Random {
  /** In [0, 1). */
  fraction(): number;
  /** UUID v4. */
  uuid(): string;
  bytes(count: number): Uint8Array;
}

export interface RandomDep {
  random: Random;
}

export function createSystemRandom(): Random {
  return { fraction: () => Math.random(), uuid: () => randomUUID(), bytes: (count) => randomBytes(count) };
}

/** `ms` ± `share` of it, so that many waiters do not wake together. */
export function jitter(random: Random, ms: number, share = 0.2): number {
  return ms * (1 - share + 2 * share * random.fraction());
}
