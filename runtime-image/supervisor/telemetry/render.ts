/** Events as each version of the two APIs writes them (docs/lambda.md, Telemetry API). Pure. */
import type { PlatformEvent } from "../log/event.ts";
import type { LogFormat } from "../log/platform.ts";
import { platformRecord } from "../log/record.ts";
import type { SchemaVersion } from "./subscription.ts";

/** The events the Logs API knows, by its version; the Telemetry API knows all but `end`. */
const logsEvents: Record<"2020-08-15" | "2021-03-18", ReadonlySet<PlatformEvent["type"]>> = {
  "2020-08-15": new Set(["start", "end", "report", "extension", "subscription"]),
  "2021-03-18": new Set([
    "start",
    "end",
    "report",
    "extension",
    "subscription",
    "initStart",
    "initRuntimeDone",
    "initReport",
    "runtimeDone",
  ]),
};

/** The event as one JSON text; nothing where a version does not know it. */
export function renderPlatform(
  event: PlatformEvent,
  version: SchemaVersion,
  nowMs: number,
): string | undefined {
  const isLogs = version === "2020-08-15" || version === "2021-03-18";
  if (isLogs && !logsEvents[version].has(event.type)) return undefined;
  if (isLogs && event.type === "end") {
    return render(nowMs, { type: "platform.end", record: { requestId: event.requestId } });
  }
  const found = platformRecord(event);
  return found === undefined ? undefined : render(nowMs, found);
}

/** A line of the function or of an extension; in the JSON log format newer versions get it as the object it is. */
export function renderLine(
  type: "function" | "extension",
  line: Uint8Array,
  version: SchemaVersion,
  format: LogFormat,
  nowMs: number,
): string {
  const text = Buffer.from(line).toString("utf8").replace(/\n$/, "");
  const object = format === "JSON" && version === "2022-12-13" ? asObject(text) : undefined;
  return render(nowMs, { type, record: object ?? text });
}

/** What was lost because its subscriber was slower than the logs, or not there. */
export function renderDropped(dropped: { bytes: number; records: number }, nowMs: number): string {
  const reason = "Some logs were dropped because the subscriber is slower than the logs, or does not answer";
  const record = { droppedBytes: dropped.bytes, droppedRecords: dropped.records, reason };
  return render(nowMs, { type: "platform.logsDropped", record });
}

const render = (nowMs: number, { type, record }: { type: string; record: unknown }): string =>
  JSON.stringify({ time: new Date(nowMs).toISOString(), type, record });

function asObject(text: string): object | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch (cause) {
    // A line that only looks like JSON is a line.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
