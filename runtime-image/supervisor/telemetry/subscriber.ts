/**
 * One subscriber: its events gathered into batches, sent one batch at a time. It never makes anybody wait: what a slow or
 * dead subscriber leaves untaken is bounded, what goes past it is dropped, counted, and told with the next batch.
 */
import type { ClockDep } from "../clock/clock.ts";
import { telemetryBatchesMax, telemetryRetryMs, telemetryTriesMax } from "../limits.ts";
import { renderDropped } from "./render.ts";
import type { Buffering } from "./subscription.ts";

/** False: it did not arrive. Never rejects. */
export type Send = (events: readonly string[]) => Promise<boolean>;

export interface Subscriber {
  push(event: string): void;
  /** Sends what is gathered now, full or not. */
  flush(): void;
  close(): void;
}

interface Batch {
  events: string[];
  bytes: number;
}

export function createSubscriber(
  { clock }: ClockDep,
  { maxItems, maxBytes, timeoutMs }: Buffering,
  send: Send,
): Subscriber {
  let batch: Batch = { events: [], bytes: 0 };
  let cancelTimer = () => {};
  const waiting: Batch[] = [];
  let dropped = { bytes: 0, records: 0 };
  let isSending = false;
  let isClosed = false;

  function drop({ events, bytes }: Batch): void {
    dropped = { bytes: dropped.bytes + bytes, records: dropped.records + events.length };
  }

  function flush(): void {
    cancelTimer();
    if (batch.events.length === 0) return;
    if (waiting.length >= telemetryBatchesMax) drop(batch);
    else waiting.push(batch);
    batch = { events: [], bytes: 0 };
    if (!isSending) void sendAll();
  }

  async function sendAll(): Promise<void> {
    isSending = true;
    for (let next = waiting[0]; next !== undefined && !isClosed; next = waiting[0]) {
      if (!(await deliver(next))) drop(next);
      waiting.shift();
    }
    isSending = false;
  }

  async function deliver({ events }: Batch): Promise<boolean> {
    const told = dropped;
    const all = told.records > 0 ? [renderDropped(told, clock.now()), ...events] : events;
    for (let tries = 1; !isClosed; tries++) {
      if (await send(all)) {
        dropped = { bytes: dropped.bytes - told.bytes, records: dropped.records - told.records };
        return true;
      }
      if (tries === telemetryTriesMax) return false;
      await new Promise<void>((resolve) => void clock.after(telemetryRetryMs, resolve));
    }
    return false;
  }

  return {
    flush,
    push(event) {
      if (isClosed) return;
      if (batch.events.length === 0) cancelTimer = clock.after(timeoutMs, flush);
      batch.events.push(event);
      batch.bytes += Buffer.byteLength(event);
      if (batch.events.length >= maxItems || batch.bytes >= maxBytes) flush();
    },
    close() {
      isClosed = true;
      cancelTimer();
    },
  };
}
