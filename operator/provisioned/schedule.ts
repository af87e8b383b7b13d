/** When a schedule fired last and fires next, purely, in the words EventBridge has for schedules: cron, rate and at. */
import { Cron } from "croner";

export interface Firing {
  /** The last time at or before the moment asked about. */
  lastMs: number | undefined;
  nextMs: number | undefined;
}

interface Window {
  startMs: number;
  endMs: number;
}

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Throws with a sentence when the words make no schedule. Rates count from the window's start; from the epoch's where it has none. */
export function firingOf(
  { schedule, timezone }: { schedule: string; timezone: string },
  { startMs, endMs }: Window,
  nowMs: number,
): Firing {
  const words = /^(cron|rate|at)\((.+)\)$/.exec(schedule)?.[2]?.trim() ?? "";
  const within = (ms: number | undefined) =>
    ms !== undefined && ms >= startMs && ms <= endMs ? ms : undefined;
  const untilMs = Math.min(nowMs, endMs);
  if (schedule.startsWith("rate")) {
    const everyMs = rateMs(words);
    const first = Number.isFinite(startMs) ? startMs : 0;
    if (untilMs < first) return { lastMs: undefined, nextMs: within(first) };
    const lastMs = first + Math.floor((untilMs - first) / everyMs) * everyMs;
    return { lastMs, nextMs: within(lastMs + everyMs) };
  }
  const pattern = schedule.startsWith("at") ? words : `0 ${words}`;
  if (!schedule.startsWith("at") && words.split(/\s+/).length !== 6)
    throw new Error(
      `cron(${words}) has not six fields: minutes, hours, day of month, month, day of week, year`,
    );
  if (!isTimeZone(timezone)) throw new Error(`timezone ${timezone} is none: name it as Europe/Berlin or UTC`);
  const cron = new Cron(pattern, { timezone, paused: true, alternativeWeekdays: true, domAndDow: true });
  // Both are exclusive: a firing at this very moment is one that was.
  const [last] = cron.previousRuns(1, new Date(untilMs + 1));
  const next = cron.nextRun(new Date(Math.max(nowMs, Number.isFinite(startMs) ? startMs - 1 : nowMs)));
  return { lastMs: within(last?.getTime()), nextMs: within(next?.getTime()) };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function rateMs(words: string): number {
  const [count = "", unit = ""] = words.split(/\s+/);
  const ms = Number(count) * (unitMs[unit.replace(/s$/, "")] ?? Number.NaN);
  if (!Number.isSafeInteger(ms) || ms <= 0)
    throw new Error(`rate(${words}) is no rate such as rate(10 minutes)`);
  return ms;
}
