/** The results as a page a person reads; the floors stand beside what they bound. */
import type { Cold } from "./cold.ts";
import type { Floors } from "./floors.ts";
import type { Percentiles } from "./percentiles.ts";
import type { Results } from "./results.ts";
import type { Warm } from "./warm.ts";

export function tableOf(results: Results): string {
  const { machine, warm, cold, memory, floors, crowds, stall, bursts, beside, tables } = results;
  const lines = [
    "",
    `${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, Linux ${machine.kernel}`,
    "",
  ];
  if (warm !== undefined)
    lines.push(
      "warm      c      p50 ms    p99 ms       rps   failed   gateway ms CPU   supervisor ms CPU   direct p50 ms   direct rps",
      ...warm.map((one) => warmLine(one, floors)),
      "",
    );
  if (cold !== undefined)
    lines.push(
      "cold                              n    p50 ms    p95 ms    p99 ms    max ms   phases (mean ms)",
      ...cold.map(coldLine),
      "",
    );
  if (floors !== undefined)
    lines.push(`bare pod to its first call home (floor): ${ranked(floors.barePodMs)}`, "");
  for (const { cap, connections, goodput, peak, statuses, unanswered, p99Ms } of crowds ?? [])
    lines.push(
      `${connections} callers of a function capped at ${cap}: ${goodput.toFixed(0)} answers/s of ${peak.toFixed(0)} at the cap (${percent(goodput / peak)}), ` +
        `${Object.entries(statuses)
          .map(([status, count]) => `${count} × ${status}`)
          .join(", ")}, ${unanswered} unanswered, p99 ${p99Ms.toFixed(0)} ms`,
    );
  if (stall !== undefined)
    lines.push(
      `1 KB beside 4 MB bodies of another namespace: p99 ${stall.beside.p99Ms.toFixed(1)} ms, alone ${stall.alone.p99Ms.toFixed(1)} (× ${(stall.beside.p99Ms / stall.alone.p99Ms).toFixed(1)}), ` +
        `p50 ${stall.beside.p50Ms.toFixed(2)} and ${stall.alone.p50Ms.toFixed(2)}; ${stall.large.requests} large ones, ${stall.large.failed} failed`,
    );
  for (const { functions, totalMs } of bursts ?? [])
    lines.push(`${functions} cold functions at once: ${ranked(totalMs)}`);
  if (beside !== undefined)
    lines.push(
      `a cold start alone: ${ranked(beside.aloneMs)}; while ${beside.callers} callers of another start theirs: ${ranked(beside.besideMs)}`,
    );
  if (tables !== undefined)
    lines.push(
      `${tables.functions} functions known: ${tables.knownMb.toFixed(0)} MB, look-up ${tables.lookupUs.toFixed(2)} µs, ` +
        `alias switch ${tables.switchUs.toFixed(0)} µs (with one function ${tables.switchOfOneUs.toFixed(0)}); one placer decides ${Math.round(tables.decisionsPerSecond)} placements/s`,
    );
  if (memory !== undefined)
    lines.push(
      `private memory: gateway ${memory.gatewayMb.toFixed(1)} MB, supervisor ${memory.supervisorMb.toFixed(1)} MB, idle environment ${memory.idleEnvironmentMb.toFixed(1)} MB`,
    );
  return `${lines.join("\n")}\n`;
}

function warmLine(one: Warm, floors: Floors | undefined): string {
  const floor = floors?.direct.find(({ connections }) => connections === one.connections);
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
}

function coldLine({ name, starts, totalMs, phasesMs }: Cold): string {
  const phases = Object.entries(phasesMs).map(([phase, ms]) => `${phase} ${ms.toFixed(1)}`);
  const { p50, p95, p99, max } = totalMs;
  return `${name.padEnd(26)}${cell(starts, 9, 0)}${[p50, p95, p99, max].map((ms) => cell(ms, 10, 1)).join("")}   ${phases.join(", ")}`;
}

const ranked = ({ p50, p95, max }: Percentiles) =>
  `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)}, max ${max.toFixed(0)}`;
const percent = (share: number) => `${Math.round(share * 100)} %`;

function cell(value: number, width: number, decimals: number): string {
  return value.toFixed(decimals).padStart(width);
}
