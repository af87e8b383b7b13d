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

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Lower-case letters and digits for the end of a pod's name; ten of them do not meet twice. */
export function randomSuffix(random: Random, length = 10): string {
  return Array.from(random.bytes(length), (byte) => alphabet[byte % alphabet.length]).join("");
}
