/** Requests that follow an assignment still on its way: without it they are not sent there any more, and go elsewhere. */
import type { ShardEvent } from "../shard/event.ts";
import type { Held } from "./held.ts";
import type { Wanted } from "./requests.ts";

export interface TakeBackDeps {
  happen(namespace: string, event: ShardEvent): void;
  again(wanted: Wanted): void;
}

/** Called when the link has gone that they were to go over, when its environment leaves, or another assignment takes the place of theirs. */
export function takeBack({ happen, again }: TakeBackDeps, held: Held): void {
  // Without a delivery all of the assignment was sent, and only the request was not.
  const sent = held.delivery?.hasBegun() ?? true;
  held.delivery?.withdraw();
  held.delivery = undefined;
  for (const [requestId, { state, granted, wanted }] of [...held.launched]) {
    if (state !== "follows") continue;
    held.launched.delete(requestId);
    happen(held.pod.namespace, { type: "unused", granted, sent });
    again(wanted);
  }
}
