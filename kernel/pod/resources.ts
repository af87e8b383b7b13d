/**
 * CPU and memory of an environment. Memory is the class's plus the supervisor's own: the supervisor ends a runtime at the
 * function's own size, before the kernel would. CPU is a request in proportion to memory, and a limit by policy.
 */
import { limits } from "../../crds/limits.ts";
import type { Settings } from "../settings/schema.ts";

/** Room for the supervisor beside the runtime: its heap, one payload each way, and an archive being unpacked. */
export const supervisorMemoryMb = 64;
/** CPU the supervisor asks for beside the function's share. */
export const supervisorMilliCpu = 10;
/** A process limited below this starts too slowly to be worth waiting for: what `burst` gives at least. */
const burstMilliCpuMin = 1000;

export interface Resources {
  requests: { cpu: string; memory: string };
  limits: { cpu: string; memory: string };
}

export interface ResourceNeed {
  /** What the scheduler reserves. */
  requestMb: number;
  /** What the container may use: the class, or the function's own size. */
  limitMb: number;
  /** What CPU is in proportion to. */
  cpuMb: number;
  policy: "burst" | "strict";
}

/** 1769 MB earn one vCPU, as Lambda has it. */
export function proportionalMilliCpu(memoryMb: number): number {
  return Math.round((memoryMb * 1000) / limits.memoryMbPerCpu);
}

export function resourcesOf(need: ResourceNeed, settings: Settings): Resources {
  const proportion = proportionalMilliCpu(need.cpuMb);
  const limit = need.policy === "strict" ? proportion : Math.max(burstMilliCpuMin, proportion);
  const request = Math.round(proportion * settings.environments.cpuRequestShare);
  return {
    requests: {
      cpu: `${Math.min(request, limit) + supervisorMilliCpu}m`,
      memory: `${need.requestMb + supervisorMemoryMb}Mi`,
    },
    limits: { cpu: `${limit + supervisorMilliCpu}m`, memory: `${need.limitMb + supervisorMemoryMb}Mi` },
  };
}

/** The smallest class that holds the size; undefined above the last: no pool. */
export function classOf(sizeMb: number, classesMb: readonly number[]): number | undefined {
  return classesMb.toSorted((a, b) => a - b).find((one) => one >= sizeMb);
}

/** Sizes of `/tmp` that pools come in; most functions take the first, which is Lambda's default. */
export const storageClassesMb = [512, 2048, limits.ephemeralStorageMbMax] as const;
