/** What a run of the bench has found, part by part: a part that was not chosen is not there. */
import type { Beside } from "./beside.ts";
import type { Burst } from "./burst.ts";
import type { Cold } from "./cold.ts";
import type { Crash } from "./crash.ts";
import type { Crowd } from "./crowd.ts";
import type { Floors } from "./floors.ts";
import type { Idle } from "./idle.ts";
import type { Memory } from "./memory.ts";
import type { Replica } from "./replicas.ts";
import type { Stall } from "./stall.ts";
import type { Tables } from "./tables.ts";
import type { Warm } from "./warm.ts";

export const sections = [
  "tables",
  "floors",
  "warm",
  "replicas",
  "cold",
  "stall",
  "burst",
  "crowd",
  "crash",
  "idle",
] as const;
export type Section = (typeof sections)[number];

export function isSection(word: string): word is Section {
  return sections.some((section) => section === word);
}

export interface Results {
  machine: { cpu: string; cores: number; memoryGb: number; kernel: string };
  at: string;
  tookSeconds: Partial<Record<Section, number>>;
  /** Parts that broke, and why: the others' figures stand. */
  failed: Partial<Record<Section, string>>;
  floors?: Floors;
  warm?: Warm[];
  memory?: Memory;
  replicas?: Replica[];
  cold?: Cold[];
  crowds?: Crowd[];
  stall?: Stall[];
  bursts?: Burst[];
  beside?: Beside;
  crashes?: Crash[];
  tables?: Tables;
  idle?: Idle;
}
