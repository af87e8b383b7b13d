/**
 * The Telemetry API and the Logs API: extensions subscribe during INIT to what happens here, and get it in batches. It
 * listens to the journal; what INIT told before a subscription is told again to it, so that none misses its beginning.
 */
import type { ClockDep } from "../clock/clock.ts";
import { telemetryHistoryMax } from "../limits.ts";
import type { PlatformEvent } from "../log/event.ts";
import type { JournalListener } from "../log/journal.ts";
import type { Reply } from "../runtime-api/http/reply.ts";
import { renderLine, renderPlatform } from "./render.ts";
import { closed, invalid, subscribed } from "./replies.ts";
import { createSend } from "./send.ts";
import { createSubscriber, type Subscriber } from "./subscriber.ts";
import { readSubscription, type Subscription, type TelemetryApi } from "./subscription.ts";

export interface Telemetry extends JournalListener {
  subscribe(extension: string, body: Uint8Array, api: TelemetryApi): Reply;
  /** Sends what is gathered now. */
  flush(): void;
}

export interface TelemetryDeps extends ClockDep {
  /** Writes a platform event of ours where all others go. */
  tell(event: PlatformEvent): void;
}

interface Entry {
  subscription: Subscription;
  subscriber: Subscriber;
}

export function createTelemetry(deps: TelemetryDeps): Telemetry {
  /** By extension: who subscribes again replaces what it had. */
  const entries = new Map<string, Entry>();
  let history: Array<{ event: PlatformEvent; atMs: number }> = [];
  let isOpen = false;

  function publish({ subscription, subscriber }: Entry, event: PlatformEvent, atMs: number): void {
    if (!subscription.types.includes("platform")) return;
    const text = renderPlatform(event, subscription.schemaVersion, atMs);
    if (text !== undefined) subscriber.push(text);
  }

  /** A generation's subscriptions end with it, and are made within its INIT. */
  function follow(event: PlatformEvent): void {
    if (event.type === "initStart") {
      for (const { subscriber } of entries.values()) subscriber.close();
      entries.clear();
      history = [];
      isOpen = true;
    }
    if (event.type === "initReport") isOpen = false;
  }

  function flush(): void {
    for (const { subscriber } of entries.values()) subscriber.flush();
  }

  return {
    flush,
    platform(event) {
      follow(event);
      const atMs = deps.clock.now();
      if (isOpen && history.length < telemetryHistoryMax) history.push({ event, atMs });
      for (const entry of entries.values()) publish(entry, event, atMs);
      // What did not go well is followed by SHUTDOWN: an extension should know before it ends.
      if (isFailure(event)) flush();
    },
    line(source, line, format) {
      for (const { subscription, subscriber } of entries.values()) {
        if (!subscription.types.includes(source)) continue;
        subscriber.push(renderLine(source, line, subscription.schemaVersion, format, deps.clock.now()));
      }
    },
    subscribe(extension, body, api) {
      if (!isOpen) return closed(api);
      const subscription = readSubscription(body, api);
      if ("invalid" in subscription) return invalid(subscription.invalid);
      entries.get(extension)?.subscriber.close();
      const send = createSend(deps, subscription.destination);
      const entry = { subscription, subscriber: createSubscriber(deps, subscription.buffering, send) };
      entries.set(extension, entry);
      for (const { event, atMs } of history) publish(entry, event, atMs);
      deps.tell({ type: "subscription", api, name: extension, types: subscription.types });
      return subscribed;
    },
  };
}

/** Said last of an invocation, or of INIT, before what is left of it is ended. */
const isFailure = (event: PlatformEvent): boolean =>
  (event.type === "runtimeDone" || event.type === "initReport") && event.status !== "success";
