/** Limits of what other gateways ask for. */
import type { Catalog } from "../catalog/catalog.ts";
import type { ShardEvent } from "../shard/event.ts";

/** A limit is what the placer knows it to be, whatever the gateway that asks has heard. */
export function withOurCaps(event: ShardEvent, catalog: Catalog): ShardEvent {
  if (event.type !== "clientSays" || event.message.type !== "want") return event;
  const caps = catalog.callableOf(event.message.want.target.key)?.caps;
  if (caps === undefined) return event;
  return { ...event, message: { type: "want", want: { ...event.message.want, caps } } };
}
