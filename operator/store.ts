/**
 * The code store as the operator asks it: no call holds a worker for long. NATS may be away for minutes, and pools, aliases,
 * provisioned environments and the garbage of pods need nothing of it: what does is an error that its queue comes back to.
 */
import type { ClockDep } from "../kernel/clock/clock.ts";
import type { CodeStore, StoreDep } from "../kernel/store/store.ts";
import { leaveUnread } from "../kernel/store/unread.ts";

/** A question, or a name removed: answered in milliseconds by a NATS that is there. */
export const askMsMax = 10_000;
/** All objects' descriptions, one message each. */
export const listMsMax = 60_000;
/** The largest archive onto a slow disk; it is asked first whether it is there, so that one that is away costs `askMsMax`. */
export const putMsMax = 300_000;

/** Once the signal fires nothing is waited for any more: whoever leads next asks again. */
export function createBoundStore({ clock, store }: ClockDep & StoreDep, signal: AbortSignal): CodeStore {
  const within = async <T>(ms: number, asked: Promise<T>): Promise<T> => {
    const late = Promise.withResolvers<never>();
    const stop = () => late.reject(new Error("the operator leaves"));
    const disarm = clock.after(ms, () =>
      late.reject(new Error(`the code store (NATS) does not answer within ${ms} ms`)),
    );
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      return await Promise.race([asked, late.promise]);
    } finally {
      disarm();
      signal.removeEventListener("abort", stop);
    }
  };
  return {
    put: (name, content) => within(putMsMax, store.put(name, content)),
    async get(name, gone) {
      const givenUp = new AbortController();
      const signals = gone === undefined ? [givenUp.signal] : [givenUp.signal, gone];
      const asked = store.get(name, AbortSignal.any(signals));
      try {
        return await within(askMsMax, asked);
      } catch (error) {
        givenUp.abort();
        leaveUnread(asked);
        throw error;
      }
    },
    has: (name) => within(askMsMax, store.has(name)),
    remove: (name) => within(askMsMax, store.remove(name)),
    list: () => within(listMsMax, store.list()),
  };
}
