/** The results as a page a person reads; the floors stand beside what they bound, and the aims with what they ask for at the end. */
import { type Aim, aimsOf, overheadMs, shareOf } from "./aims.ts";
import type { Cold } from "./cold.ts";
import type { Crash } from "./crash.ts";
import type { Crowd } from "./crowd.ts";
import type { Idle } from "./idle.ts";
import type { Measured } from "./load.ts";
import type { Percentiles } from "./percentiles.ts";
import type { Replica } from "./replicas.ts";
import type { Results } from "./results.ts";
import type { Stall } from "./stall.ts";
import type { Tables } from "./tables.ts";
import type { Warm } from "./warm.ts";

export function tableOf(results: Results): string {
  const { machine, floors, memory, stall, bursts, beside, tables, idle } = results;
  const aims = aimsOf(results);
  const parts = [
    [`${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, Linux ${machine.kernel}`],
    titled(
      warmTitle,
      results.warm?.map((one) => warmLine(one, results)),
    ),
    titled(replicasTitle, results.replicas?.map(replicaLine)),
    titled(coldTitle, results.cold?.map(coldLine)),
    floors && [
      `bare pod to its first call home (floor): ${ranked(floors.barePodMs)}; with an environment's volumes: ${ranked(floors.barePodWithVolumesMs)}`,
    ],
    bursts?.map(({ functions, totalMs, failed }) => {
      const single = beside && ` (p95 × ${(totalMs.p95 / beside.aloneMs.p95).toFixed(1)} a single one's)`;
      return `${functions} cold functions at once: ${ranked(totalMs)}${single ?? ""}, ${failed.length} failed`;
    }),
    beside && [
      `a cold start alone: ${ranked(beside.aloneMs)}; while ${beside.callers} callers of another start theirs: ${ranked(beside.besideMs)}`,
    ],
    results.crowds?.map(crowdLine),
    results.crashes?.map(crashLine),
    stall?.map(stallLine),
    tables && [tablesLine(tables)],
    memory && [
      `private memory after the load: gateway ${memory.gatewayMb.toFixed(1)} MB, environment ${memory.environmentMb.toFixed(1)} MB, of it supervisor ${memory.supervisorMb.toFixed(1)}`,
    ],
    titled(idleTitle, idle && idleLines(idle)),
    titled(aimTitle, aims.length === 0 ? undefined : aims.map(aimLine)),
    Object.entries(results.failed).map(([section, why]) => `${section} broke: ${why}`),
    [`took ${tookOf(results)}`],
  ];
  const told = parts.filter((lines) => lines !== undefined && lines.length > 0);
  return `\n${told.map((lines) => lines?.join("\n")).join("\n\n")}\n`;
}

function titled(title: string, lines: string[] | undefined): string[] | undefined {
  return lines === undefined ? undefined : [title, ...lines];
}

const warmTitle =
  "warm      c  environments    p50 ms    p99 ms       rps  failed  gateway CPU ms  supervisors  direct p50 ms  direct rps  overhead p50 ms";

function warmLine(one: Warm, results: Results): string {
  const floor = results.floors?.direct.find(({ connections }) => connections === one.connections);
  return [
    cell(one.connections, 11, 0),
    cell(one.environments, 14, 0),
    cell(one.p50Ms, 10, 2),
    cell(one.p99Ms, 10, 2),
    cell(one.rps, 10, 0),
    cell(one.failed, 8, 0),
    cell(one.gatewayCpuMsPerInvocation, 16, 3),
    cell(one.supervisorCpuMsPerInvocation, 13, 3),
    cell(floor?.p50Ms, 15, 2),
    cell(floor?.rps, 12, 0),
    cell(overheadMs(one, results), 17, 2),
  ].join("");
}

const replicasTitle =
  "two gateways, asked    c    p50 ms    p99 ms       rps  failed  CPU ms each: the asked     the other     both";

function replicaLine(one: Replica): string {
  const { askedCpuMsPerInvocation: asked, restCpuMsPerInvocation: rest } = one;
  return [
    (one.asked === "placer" ? "the placer" : "another").padEnd(19),
    cell(one.connections, 5, 0),
    cell(one.p50Ms, 10, 2),
    cell(one.p99Ms, 10, 2),
    cell(one.rps, 10, 0),
    cell(one.failed, 8, 0),
    cell(asked, 24, 3),
    cell(rest, 14, 3),
    cell(asked + rest, 9, 3),
  ].join("");
}

const coldTitle =
  "cold                           n    p50 ms    p95 ms    p99 ms    max ms  missed   phases (mean ms)";

function coldLine({ name, starts, totalMs, missed, phasesMs }: Cold): string {
  const phases = Object.entries(phasesMs).map(([phase, ms]) => `${phase} ${ms.toFixed(1)}`);
  const { p50, p95, p99, max } = totalMs;
  const ranks = [p50, p95, p99, max].map((ms) => cell(ms, 10, 1)).join("");
  return `${name.padEnd(26)}${cell(starts, 6, 0)}${ranks}${cell(missed, 8, 0)}   ${phases.join(", ")}`;
}

function crowdLine({ cap, connections, environments, goodput, peak, statuses, unanswered, p99Ms }: Crowd) {
  const counts = Object.entries(statuses).map(([status, count]) => `${count} × ${status}`);
  return (
    `${connections} callers of a function capped at ${cap} (${environments} environments): ${goodput.toFixed(0)} answers/s of ` +
    `${peak.toFixed(0)} at the cap (${shareOf(goodput, peak).toFixed(0)} %), ${counts.join(", ")}, ${unanswered} unanswered, p99 ${p99Ms.toFixed(0)} ms`
  );
}

function crashLine({ how, perSecond, belowHalfMs, silentMs, failed }: Crash): string {
  const counts = Object.entries(failed).map(([what, count]) => `${count} × ${what}`);
  return (
    `the placer of three gateways: ${how}, at ${perSecond.toFixed(0)} answers/s: below half of it for ${belowHalfMs} ms, ` +
    `none for ${silentMs.toFixed(0)} ms; failed: ${counts.length === 0 ? "none" : counts.join(", ")}`
  );
}

function stallLine({ pace, alone, besideLarge, besideBusy, large }: Stall): string {
  const of = ({ p50Ms, p99Ms }: Measured) =>
    `${p50Ms.toFixed(2)}, ${p99Ms.toFixed(1)} (× ${(p99Ms / alone.p99Ms).toFixed(1)})`;
  return (
    `1 KB, ${pace} (${Math.round(alone.rps)}/s): p50, p99 ms alone ${of(alone)}, beside 6 MB bodies ${of(besideLarge)}, ` +
    `beside a neighbour who computes ${of(besideBusy)}; ${large.requests} large ones, ${large.failed} failed`
  );
}

function tablesLine(tables: Tables): string {
  return (
    `${tables.functions} functions known: ${tables.knownMb.toFixed(0)} MB, look-up ${tables.lookupUs.toFixed(2)} µs, ` +
    `alias switch ${tables.switchUs.toFixed(0)} µs (with one function ${tables.switchOfOneUs.toFixed(0)}); one placer decides ${Math.round(tables.decisionsPerSecond)} placements/s`
  );
}

const idleTitle =
  "idle environment                  n  with runtime   CPU ms/minute   private MB   of it supervisor";

function idleLines({ kinds, seconds, gatewayCpuMsPerMinute }: Idle): string[] {
  const lines = kinds.map((one) =>
    [
      one.name.padEnd(31),
      cell(one.environments, 4, 0),
      cell(one.withRuntime, 14, 0),
      cell(one.cpuMsPerMinute, 16, 1),
      cell(one.environmentMb, 13, 1),
      cell(one.supervisorMb, 19, 1),
    ].join(""),
  );
  const gateway = `the gateway beside them, over ${seconds} s: ${gatewayCpuMsPerMinute.toFixed(0)} ms of CPU a minute`;
  return [...lines, gateway];
}

const aimTitle = "aim                                                              asked for      measured";

function aimLine({ what, unit, measured, bound, isMet }: Aim): string {
  const asked = "atMost" in bound ? `≤ ${number(bound.atMost)}` : `≥ ${number(bound.atLeast)}`;
  const amount = (text: string) => (unit === "" ? text : `${text} ${unit}`);
  return `${what.padEnd(60)}${amount(asked).padStart(14)}${amount(number(measured)).padStart(14)}   ${isMet ? "met" : "missed"}`;
}

function tookOf({ tookSeconds }: Results): string {
  const all = Object.values(tookSeconds).reduce((sum, seconds) => sum + seconds, 0);
  const each = Object.entries(tookSeconds).map(([section, seconds]) => `${section} ${seconds}`);
  return `${Math.round(all / 60)} min: ${each.join(", ")} s`;
}

const ranked = ({ n, p50, p95, max }: Percentiles) =>
  `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)}, max ${max.toFixed(0)} (n = ${n})`;

const number = (value: number) =>
  Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);

function cell(value: number | undefined, width: number, decimals: number): string {
  return (value === undefined ? "-" : value.toFixed(decimals)).padStart(width);
}
