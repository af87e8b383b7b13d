/** What an extension says of itself when it registers, read and judged. Pure. */
import type { Reply } from "../runtime-api/http/reply.ts";
import { invalidEvent, invalidRequest } from "./replies.ts";

export type Subscription = "INVOKE" | "SHUTDOWN";

/** External: a process from `/opt/extensions`. Internal: part of the runtime process, which is never told SHUTDOWN. */
export type ExtensionKind = "external" | "internal";

export type Registration =
  | { kind: "valid"; subscriptions: ReadonlySet<Subscription> }
  | { kind: "refused"; reply: Reply };

export function readRegistration(body: Uint8Array, kind: ExtensionKind): Registration {
  const parsed = parse(body);
  if ("message" in parsed) return { kind: "refused", reply: invalidRequest(parsed.message) };
  const subscriptions = new Set<Subscription>();
  for (const event of parsed.events) {
    if (event !== "INVOKE" && event !== "SHUTDOWN") return refuse(event, "ErrorInvalidEventType");
    if (event === "SHUTDOWN" && kind === "internal") {
      return refuse(event, "ShutdownEventNotSupportedForInternalExtension");
    }
    subscriptions.add(event);
  }
  return { kind: "valid", subscriptions };
}

const refuse = (event: string, reason: string): Registration => ({
  kind: "refused",
  reply: invalidEvent(event, reason),
});

function parse(body: Uint8Array): { events: string[] } | { message: string } {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch (cause) {
    return { message: cause instanceof Error ? cause.message : String(cause) };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { message: "the body is no JSON object" };
  }
  const { events = [], configurationKeys = [] } = value as Record<string, unknown>;
  if (Array.isArray(configurationKeys) && configurationKeys.length > 0) {
    return { message: "configurationKeys are deprecated; use environment variables instead" };
  }
  const list = events ?? [];
  if (!Array.isArray(list) || !list.every((event) => typeof event === "string")) {
    return { message: "events is no list of strings" };
  }
  return { events: list };
}
