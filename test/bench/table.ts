/** The results as a page a person reads; the floors stand beside what they bound. */
import type { Cold } from "./cold.ts";
import type { Floors } from "./floors.ts";
import type { Memory } from "./memory.ts";
import type { Warm } from "./warm.ts";

export interface Results {
  machine: { cpu: string; cores: number; memoryGb: number; kernel: string };
  at: string;
  warm: Warm[];
  cold: Cold[];
  memory: Memory;
  floors: Floors;
}

export function tableOf({ machine, warm, cold, memory, floors }: Results): string {
  const lines = [
    "",
    `${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, Linux ${machine.kernel}`,
    "",
    "warm      c      p50 ms    p99 ms       rps   failed   gateway ms CPU   supervisor ms CPU   direct p50 ms   direct rps",
    ...warm.map((one) => {
      const floor = floors.direct.find(({ connections }) => connections === one.connections);
      return [
        "       ",
        cell(one.connections, 4, 0),
        cell(one.p50Ms, 12, 2),
        cell(one.p99Ms, 10, 2),
        cell(one.rps, 10, 0),
        cell(one.failed, 9, 0),
        cell(one.gatewayCpuMsPerInvocation, 17, 3),
        cell(one.supervisorCpuMsPerInvocation, 20, 3),
        cell(floor?.p50Ms ?? Number.NaN, 16, 2),
        cell(floor?.rps ?? Number.NaN, 13, 0),
      ].join("");
    }),
    "",
    "cold          n      p50 ms    p95 ms    max ms   phases (mean ms)",
    ...cold.map(({ way, starts, totalMs, phasesMs }) =>
      [
        way === "pool" ? "pool    " : "no pool ",
        cell(starts, 7, 0),
        cell(totalMs.p50, 12, 1),
        cell(totalMs.p95, 10, 1),
        cell(totalMs.max, 10, 1),
        "   ",
        Object.entries(phasesMs)
          .map(([phase, ms]) => `${phase} ${ms.toFixed(1)}`)
          .join(", "),
      ].join(""),
    ),
    `bare pod to its first call home (floor): p50 ${floors.barePodMs.p50.toFixed(0)} ms, p95 ${floors.barePodMs.p95.toFixed(0)} ms`,
    "",
    `private memory: gateway ${memory.gatewayMb.toFixed(1)} MB, supervisor ${memory.supervisorMb.toFixed(1)} MB, idle environment ${memory.idleEnvironmentMb.toFixed(1)} MB`,
    "",
  ];
  return lines.join("\n");
}

function cell(value: number, width: number, decimals: number): string {
  return value.toFixed(decimals).padStart(width);
}
