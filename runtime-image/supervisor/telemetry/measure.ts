/** Where an invocation's time went, seen from its response passing by: the spans and metrics of `platform.runtimeDone`. */
import type { Clock } from "../clock/clock.ts";
import type { RuntimeSpan } from "../log/event.ts";
import type { ResponseSink } from "../runtime-api/invocation.ts";

export interface Measured {
  response: ResponseSink;
  /** Up to now, when the runtime is done. */
  done(): { durationMs: number; producedBytes: number; spans: RuntimeSpan[] };
}

export function measure(clock: Clock, response: ResponseSink): Measured {
  const start = { atMs: clock.now(), elapsedMs: clock.elapsed() };
  let begunMs: number | undefined;
  let endedMs: number | undefined;
  let producedBytes = 0;

  function span(name: RuntimeSpan["name"], fromMs: number, toMs: number): RuntimeSpan {
    const at = start.atMs + fromMs - start.elapsedMs;
    return { name, atMs: at, durationMs: round(toMs - fromMs) };
  }

  return {
    response: {
      ...response,
      head(head) {
        begunMs ??= clock.elapsed();
        response.head(head);
      },
      chunk(bytes) {
        producedBytes += bytes.length;
        return response.chunk(bytes);
      },
      end(error) {
        endedMs ??= clock.elapsed();
        response.end(error);
      },
      fail(error, body) {
        begunMs ??= clock.elapsed();
        endedMs ??= clock.elapsed();
        producedBytes += body.length;
        response.fail(error, body);
      },
    },
    done() {
      const nowMs = clock.elapsed();
      const metrics = { durationMs: round(nowMs - start.elapsedMs), producedBytes };
      if (begunMs === undefined || endedMs === undefined) return { ...metrics, spans: [] };
      const spans = [
        span("responseLatency", start.elapsedMs, begunMs),
        span("responseDuration", begunMs, endedMs),
        span("runtimeOverhead", endedMs, nowMs),
      ];
      return { ...metrics, spans };
    },
  };
}

const round = (ms: number) => Number(ms.toFixed(3));
