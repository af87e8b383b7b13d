/** Platform events as JSON records: lines of the JSON log format, and what the Telemetry API delivers (docs/lambda.md, Telemetry API). Pure. */
import type { PlatformEvent, RuntimeSpan } from "./event.ts";

/** Nothing for what JSON has no record of. */
export function platformRecord(event: PlatformEvent): { type: string; record: object } | undefined {
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
    case "restoreStart":
      return {
        type: "platform.restoreStart",
        record: {
          runtimeVersion: event.runtime,
          runtimeVersionArn: event.runtimeArn,
          functionName: event.functionName,
          functionVersion: event.version,
        },
      };
    case "restoreRuntimeDone":
    case "initRuntimeDone": {
      const { type, ...record } = event;
      return { type: `platform.${type}`, record };
    }
    case "restoreReport":
    case "initReport": {
      const { type, durationMs, ...rest } = event;
      const metrics = { durationMs: toMicroseconds(durationMs) };
      return { type: `platform.${type}`, record: { ...rest, metrics } };
    }
    case "extension": {
      const { type, ...record } = event;
      return { type: `platform.${type}`, record };
    }
    case "subscription": {
      const { api, name, types } = event;
      return { type: `platform.${api}Subscription`, record: { name, state: "Subscribed", types } };
    }
    case "start": {
      const { type, traceId, ...rest } = event;
      return { type: `platform.${type}`, record: { ...rest, ...tracing(traceId) } };
    }
    case "runtimeDone": {
      const { type, durationMs, producedBytes, spans, ...rest } = event;
      const metrics = { durationMs, producedBytes };
      return { type: `platform.${type}`, record: { ...rest, spans: spans.map(spanRecord), metrics } };
    }
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
            durationMs: toMicroseconds(event.durationMs),
            billedDurationMs: event.billedMs,
            memorySizeMB: event.memorySizeMb,
            maxMemoryUsedMB: event.memoryUsedMb,
            initDurationMs: event.initMs === undefined ? undefined : toMicroseconds(event.initMs),
          },
          status: event.status,
          errorType: event.errorType,
        },
      };
  }
}

const toMicroseconds = (ms: number) => Number(ms.toFixed(3));

const tracing = (value: string | undefined) =>
  value === undefined ? {} : { tracing: { type: "X-Amzn-Trace-Id", value } };

const spanRecord = ({ name, atMs, durationMs }: RuntimeSpan) => ({
  name,
  start: new Date(atMs).toISOString(),
  durationMs,
});
