/** What Lambda itself has to say about an environment: in its log, to its extensions. */

export type InitPhase = "init" | "invoke";

export interface RuntimeSpan {
  name: "responseLatency" | "responseDuration" | "runtimeOverhead";
  /** Epoch milliseconds. */
  atMs: number;
  durationMs: number;
}

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
  | {
      type: "initReport";
      durationMs: number;
      phase: InitPhase;
      initializationType: string;
      status: string;
      errorType?: string;
    }
  | {
      type: "initRuntimeDone";
      phase: InitPhase;
      initializationType: string;
      status: string;
      errorType?: string;
    }
  | { type: "restoreStart"; runtime: string; runtimeArn: string; functionName: string; version: string }
  | { type: "restoreRuntimeDone"; status: string; errorType?: string }
  | { type: "restoreReport"; status: string; durationMs: number; errorType?: string }
  | { type: "extension"; name: string; state: string; events: readonly string[]; errorType?: string }
  | { type: "subscription"; api: "telemetry" | "logs"; name: string; types: readonly string[] }
  | { type: "start"; requestId: string; version: string; traceId?: string; tenantId?: string }
  | {
      type: "runtimeDone";
      requestId: string;
      status: string;
      durationMs: number;
      producedBytes: number;
      spans: readonly RuntimeSpan[];
      errorType?: string;
    }
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
