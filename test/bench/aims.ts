/** What Kambda aims at, each beside the figure of the run: met or missed is arithmetic, not opinion. */
import type { Cold } from "./cold.ts";
import type { Results } from "./results.ts";
import type { Warm } from "./warm.ts";

export interface Aim {
  what: string;
  unit: string;
  measured: number;
  bound: { atMost: number } | { atLeast: number };
  isMet: boolean;
}

/** Of what was measured; the figure of a part that was not chosen is not judged. */
export function aimsOf(results: Results): Aim[] {
  const { crowds, stall, beside, tables } = results;
  return [
    ...(results.cold ?? []).flatMap((cold) => coldAims(cold, results)),
    ...(results.warm ?? []).flatMap((warm) => warmAims(warm, results)),
    ...idleAims(results),
    ...(crowds ?? []).flatMap(({ cap, connections, goodput, peak, others }) => [
      atMost(`${connections} callers, cap ${cap}: answers that are neither its own nor 429`, "", others, 0),
      atLeast(`${connections} callers, cap ${cap}: goodput of its peak`, "%", shareOf(goodput, peak), 95),
    ]),
    ...(stall ?? []).map(({ pace, alone, besideLarge }) =>
      atMost(`1 KB, ${pace}, beside 6 MB bodies: p99 against alone`, "×", besideLarge.p99Ms / alone.p99Ms, 2),
    ),
    ...(results.bursts ?? []).map(({ functions, failed }) =>
      atMost(`${functions} cold functions at once: failed`, "", failed.length, 0),
    ),
    ...(results.crashes ?? []).flatMap(({ how, belowHalfMs }) =>
      how === "nothing"
        ? []
        : [atMost(`the placer ${how}: throughput below half`, "ms", belowHalfMs, crashAimsMs[how])],
    ),
    ...(beside === undefined
      ? []
      : [
          atMost(
            "cold start beside a burst: p50 against alone",
            "×",
            beside.besideMs.p50 / beside.aloneMs.p50,
            1.5,
          ),
        ]),
    ...(tables === undefined
      ? []
      : [
          atMost(`${tables.functions} functions known`, "MB", tables.knownMb, 100),
          atMost("look-up of a route", "µs", tables.lookupUs, 2),
          atMost(
            `alias switched, of ${tables.functions} functions against of one`,
            "×",
            tables.switchUs / tables.switchOfOneUs,
            switchAim,
          ),
        ]),
  ];
}

/** Of a graceful leave "at once": two slices of the measurement. */
const crashAimsMs = { killed: 3_000, left: 400 };
const pooledAims = { p50: 10, p99: 25 };
/** Independent of their number; two runs of some microseconds differ by more than half. */
const switchAim = 2;
const largeOrRestartedP50Ms = 60;
const overFloorMs = 150;

function coldAims({ name, kind, totalMs }: Cold, { floors }: Results): Aim[] {
  const p50 = (ms: number) => atMost(`cold, ${name}: p50`, "ms", totalMs.p50, ms);
  switch (kind) {
    case "pooled":
      return [p50(pooledAims.p50), atMost(`cold, ${name}: p99`, "ms", totalMs.p99, pooledAims.p99)];
    case "large":
    case "restarted":
      return [p50(largeOrRestartedP50Ms)];
    case "unpooled":
      return floors === undefined ? [] : [p50(floors.barePodMs.p50 + overFloorMs)];
  }
}

function warmAims(warm: Warm, { floors }: Results): Aim[] {
  const overhead = overheadMs(warm, { floors });
  if (warm.connections === 1 && overhead !== undefined)
    return [atMost("warm, c = 1: p50 over the handler called directly", "ms", overhead, 0.5)];
  if (warm.connections !== 16) return [];
  return [
    atLeast("warm, c = 16: requests a second", "", warm.rps, 3000),
    atMost("warm, c = 16: gateway CPU each", "ms", warm.gatewayCpuMsPerInvocation, 0.1),
  ];
}

/** Of the medians at as many connections; undefined when the floor was not measured in this run. */
export function overheadMs(
  { connections, p50Ms }: Pick<Warm, "connections" | "p50Ms">,
  { floors }: Pick<Results, "floors"> | { floors: undefined },
): number | undefined {
  const floor = floors?.direct.find((one) => one.connections === connections);
  return floor === undefined ? undefined : p50Ms - floor.p50Ms;
}

function idleAims({ idle }: Results): Aim[] {
  const rehearsed = idle?.kinds.find(({ name }) => name.startsWith("node, rehearsed"));
  if (rehearsed === undefined) return [];
  return [
    atMost("rehearsed Node.js environment, private", "MB", rehearsed.environmentMb, 30),
    atMost("its supervisor, private", "MB", rehearsed.supervisorMb, 8),
  ];
}

/** In percent; nothing of nothing is nothing. */
export function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}

function atMost(what: string, unit: string, measured: number, bound: number): Aim {
  return { what, unit, measured, bound: { atMost: bound }, isMet: measured <= bound };
}

function atLeast(what: string, unit: string, measured: number, bound: number): Aim {
  return { what, unit, measured, bound: { atLeast: bound }, isMet: measured >= bound };
}
