/**
 * The controller of a kind that people write: every object of the kind is a key of its queue, and is brought to where its spec
 * says by observe → plan → perform, which are all that differs from one kind to the next.
 */

import type { Again, Queue } from "../kernel/queue/queue.ts";
import { cacheKey, readKey } from "../kernel/reflector/cache.ts";
import type { Reflector } from "../kernel/reflector/reflector.ts";
import { listen } from "./listen.ts";
import type { Plan } from "./plan.ts";
import { createReconcileQueue, type QueueDeps } from "./queue.ts";

export interface Key {
  namespace: string;
  name: string;
}

export interface Controlled<Observed, Action extends { action: string }> {
  kind: string;
  workersMax: number;
  objects: Pick<Reflector<{ metadata: Key }>, "list" | "onChange">;
  /** Undefined when the object is gone. */
  observe: (key: Key) => Promise<Observed | undefined>;
  plan: (observed: Observed) => Plan<Action>;
  perform: (observed: Observed, action: Action) => Promise<void>;
  /** After these the world is another, and is looked at again at once. */
  moving: readonly Action["action"][];
}

/** Finalizer, code, Revision, status: a plan that still moves the world after this many rounds is a mistake of ours. */
export const roundsMax = 6;

/** What else changes an object's world the caller adds to the queue. */
export function createController<Observed, Action extends { action: string }>(
  deps: QueueDeps,
  controlled: Controlled<Observed, Action>,
  signal: AbortSignal,
): Queue {
  const { kind, workersMax, objects } = controlled;
  const queue = createReconcileQueue(deps, {
    kind,
    workersMax,
    reconcile: (key) => reconcile(controlled, key),
  });
  listen(objects, signal, (key) => queue.add(key));
  for (const { metadata } of objects.list()) queue.add(cacheKey(metadata));
  return queue;
}

async function reconcile<Observed, Action extends { action: string }>(
  { kind, observe, plan, perform, moving }: Controlled<Observed, Action>,
  key: string,
): Promise<Again> {
  for (let round = 0; round < roundsMax; round++) {
    const observed = await observe(readKey(key));
    if (observed === undefined) return { again: "never" };
    const { actions, again } = plan(observed);
    for (const action of actions) {
      try {
        await perform(observed, action);
      } catch (error) {
        throw new Error(`${action.action} of ${kind} ${key}`, { cause: error });
      }
    }
    if (!actions.some(({ action }) => moving.includes(action))) return again;
  }
  throw new Error(`${kind} ${key} is not settled after ${roundsMax} rounds`);
}
