/** Lambda's own lines in a function's log, in their text and their JSON form (docs/lambda.md, outcomes and Telemetry API). Pure. */
import type { PlatformEvent } from "./event.ts";
import { platformRecord } from "./record.ts";

export type LogFormat = "Text" | "JSON";

export type SystemLogLevel = "DEBUG" | "INFO" | "WARN";

const levels: readonly SystemLogLevel[] = ["DEBUG", "INFO", "WARN"];

/** Levels sift the JSON format only, as Lambda's do. */
export function isWanted(event: PlatformEvent, format: LogFormat, level: SystemLogLevel): boolean {
  return format === "Text" || levels.indexOf(levelOf(event)) >= levels.indexOf(level);
}

/** Lambda's table of system log levels: what did not go well is a warning. */
function levelOf(event: PlatformEvent): SystemLogLevel {
  if ("status" in event && event.status !== "success") return "WARN";
  switch (event.type) {
    case "initRuntimeDone":
    case "restoreRuntimeDone":
    case "runtimeDone":
      return "DEBUG";
    case "initReport":
      // On demand, the caller's own report tells how long INIT took.
      return event.initializationType === "on-demand" ? "DEBUG" : "INFO";
    case "extension":
      return event.errorType === undefined ? "INFO" : "WARN";
    case "initStart":
    case "restoreStart":
    case "restoreReport":
    case "start":
    case "end":
    case "timedOut":
    case "report":
    case "subscription":
      return "INFO";
  }
}

/** The line, with its newline; nothing where a format has no such line. */
export function platformLine(event: PlatformEvent, format: LogFormat, nowMs: number): string {
  return format === "JSON" ? jsonLine(event, nowMs) : textLine(event, nowMs);
}

const isoTime = (atMs: number) => new Date(atMs).toISOString();
const ms = (duration: number) => `${duration.toFixed(2)} ms`;

function textLine(event: PlatformEvent, nowMs: number): string {
  switch (event.type) {
    case "initStart":
      return `INIT_START Runtime Version: ${event.runtime}\tRuntime Version ARN: ${event.runtimeArn}\n`;
    case "initReport": {
      if (event.status === "success") return "";
      const type = event.errorType === undefined ? "" : `\tError Type: ${event.errorType}`;
      return `INIT_REPORT Init Duration: ${ms(event.durationMs)}\tPhase: ${event.phase}\tStatus: ${event.status}${type}\n`;
    }
    case "restoreStart":
      return `RESTORE_START Runtime Version: ${event.runtime}\tRuntime Version ARN: ${event.runtimeArn}\n`;
    case "restoreReport": {
      const type = event.errorType === undefined ? "" : `\tError Type: ${event.errorType}`;
      const status = event.status === "success" ? "" : `\tStatus: ${event.status}${type}`;
      return `RESTORE_REPORT Restore Duration: ${ms(event.durationMs)}${status}\n`;
    }
    case "initRuntimeDone":
    case "restoreRuntimeDone":
    case "runtimeDone":
      return "";
    case "extension": {
      const type = event.errorType === undefined ? "" : `\tError Type: ${event.errorType}`;
      return `EXTENSION\tName: ${event.name}\tState: ${event.state}\tEvents: [${event.events.join(", ")}]${type}\n`;
    }
    case "subscription": {
      const types = event.types.map((type) => `${type.charAt(0).toUpperCase()}${type.slice(1)}`).join(", ");
      return `${event.api.toUpperCase()}\tName: ${event.name}\tState: Subscribed\tTypes: [${types}]\n`;
    }
    case "start":
      return `START RequestId: ${event.requestId} Version: ${event.version}\n`;
    case "end":
      return `END RequestId: ${event.requestId}\n`;
    case "timedOut":
      return `${isoTime(nowMs)} ${event.requestId} Task timed out after ${(event.timeoutMs / 1000).toFixed(2)} seconds\n\n`;
    case "report": {
      const parts = [
        `REPORT RequestId: ${event.requestId}`,
        `Duration: ${ms(event.durationMs)}`,
        `Billed Duration: ${event.billedMs} ms`,
        `Memory Size: ${event.memorySizeMb} MB`,
        `Max Memory Used: ${event.memoryUsedMb} MB`,
      ];
      if (event.initMs !== undefined) parts.push(`Init Duration: ${ms(event.initMs)}`);
      if (event.status !== "success") parts.push(`Status: ${event.status}`);
      if (event.errorType !== undefined) parts.push(`Error Type: ${event.errorType}`);
      return `${parts.join("\t")}\t\n`;
    }
  }
}

function jsonLine(event: PlatformEvent, nowMs: number): string {
  const found = platformRecord(event);
  return found === undefined ? "" : `${JSON.stringify({ time: isoTime(nowMs), ...found })}\n`;
}
