/** Lambda's own lines in a function's log, in their text and their JSON form (API.md §3.4, §3.3). Pure. */

export type InitPhase = "init" | "invoke";

export type PlatformEvent =
  | {
      type: "initStart";
      runtime: string;
      runtimeArn: string;
      phase: InitPhase;
      functionName: string;
      version: string;
      initializationType: string;
    }
  | { type: "initReport"; durationMs: number; phase: InitPhase; status: string; errorType?: string }
  | { type: "start"; requestId: string; version: string }
  | { type: "end"; requestId: string }
  | { type: "timedOut"; requestId: string; timeoutMs: number }
  | {
      type: "report";
      requestId: string;
      status: string;
      durationMs: number;
      billedMs: number;
      memorySizeMb: number;
      memoryUsedMb: number;
      initMs?: number;
      errorType?: string;
    };

export type LogFormat = "Text" | "JSON";

export type SystemLogLevel = "DEBUG" | "INFO" | "WARN";

const levels: readonly SystemLogLevel[] = ["DEBUG", "INFO", "WARN"];

/** Levels sift the JSON format only, as Lambda's do. */
export function isWanted(event: PlatformEvent, format: LogFormat, level: SystemLogLevel): boolean {
  return format === "Text" || levels.indexOf(levelOf(event)) >= levels.indexOf(level);
}

/** Lambda's table of system log levels: what did not go well is a warning. */
function levelOf(event: PlatformEvent): SystemLogLevel {
  return "status" in event && event.status !== "success" ? "WARN" : "INFO";
}

/** The line, with its newline; nothing where a format has no such line. */
export function platformLine(event: PlatformEvent, format: LogFormat, nowMs: number): string {
  const time = new Date(nowMs).toISOString();
  return format === "JSON" ? jsonLine(event, time) : textLine(event, time);
}

const ms = (duration: number) => `${duration.toFixed(2)} ms`;

function textLine(event: PlatformEvent, time: string): string {
  switch (event.type) {
    case "initStart":
      return `INIT_START Runtime Version: ${event.runtime}\tRuntime Version ARN: ${event.runtimeArn}\n`;
    case "initReport": {
      const type = event.errorType === undefined ? "" : `\tError Type: ${event.errorType}`;
      return `INIT_REPORT Init Duration: ${ms(event.durationMs)}\tPhase: ${event.phase}\tStatus: ${event.status}${type}\n`;
    }
    case "start":
      return `START RequestId: ${event.requestId} Version: ${event.version}\n`;
    case "end":
      return `END RequestId: ${event.requestId}\n`;
    case "timedOut":
      return `${time} ${event.requestId} Task timed out after ${(event.timeoutMs / 1000).toFixed(2)} seconds\n\n`;
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

function jsonLine(event: PlatformEvent, time: string): string {
  const found = jsonRecord(event);
  return found === undefined ? "" : `${JSON.stringify({ time, ...found })}\n`;
}

function jsonRecord(event: PlatformEvent): { type: string; record: object } | undefined {
  switch (event.type) {
    case "initStart":
      return {
        type: "platform.initStart",
        record: {
          initializationType: event.initializationType,
          phase: event.phase,
          runtimeVersion: event.runtime,
          runtimeVersionArn: event.runtimeArn,
          functionName: event.functionName,
          functionVersion: event.version,
        },
      };
    case "initReport": {
      const { durationMs, phase, status, errorType } = event;
      return { type: "platform.initReport", record: { phase, status, errorType, metrics: { durationMs } } };
    }
    case "start":
      return { type: "platform.start", record: { requestId: event.requestId, version: event.version } };
    case "end":
    case "timedOut":
      // In JSON the report says both.
      return undefined;
    case "report":
      return {
        type: "platform.report",
        record: {
          requestId: event.requestId,
          metrics: {
            durationMs: Number(event.durationMs.toFixed(3)),
            billedDurationMs: event.billedMs,
            memorySizeMB: event.memorySizeMb,
            maxMemoryUsedMB: event.memoryUsedMb,
            initDurationMs: event.initMs === undefined ? undefined : Number(event.initMs.toFixed(3)),
          },
          status: event.status,
          errorType: event.errorType,
        },
      };
  }
}
