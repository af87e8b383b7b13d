/** An archive on its way from the code store: given up when it takes too long, and held to the length the store said. */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { StoreDep } from "../../kernel/store/store.ts";
import { leaveUnread } from "../../kernel/store/unread.ts";
import { startLimits } from "./limits.ts";

export interface Download {
  /** As the store says; the pieces come to no other sum. */
  bytes: number;
  /** To be read once, or cancelled. */
  pieces: AsyncIterable<Uint8Array>;
  cancel(): void;
}

/** Throws when the store does not have it or does not answer. */
export async function download({ store, clock }: StoreDep & ClockDep, sha256: string): Promise<Download> {
  const name = `${sha256}.tar.zst`;
  const late = Promise.withResolvers<never>();
  const gone = new AbortController();
  const inTime = clock.after(startLimits.codeMsMax, () => {
    late.reject(new Error(`the code store did not answer within ${startLimits.codeMsMax / 1000} s`));
    gone.abort();
  });
  // It may come when nobody waits any more.
  late.promise.catch(() => undefined);
  const asked = store.get(name, gone.signal);
  try {
    const found = await Promise.race([asked, late.promise]);
    if (found === undefined) throw new Error(`the code store has no ${name}`);
    const reader = found.stream.getReader();
    const cancel = () => {
      inTime();
      reader.cancel().catch(() => undefined);
    };
    return { bytes: found.bytes, cancel, pieces: read(reader, { name, bytes: found.bytes, late, cancel }) };
  } catch (error) {
    inTime();
    leaveUnread(asked);
    throw error;
  }
}

interface Reader {
  read(): Promise<{ done: false; value: Uint8Array } | { done: true }>;
}

interface Reading {
  name: string;
  bytes: number;
  late: PromiseWithResolvers<never>;
  cancel(): void;
}

async function* read(reader: Reader, { name, bytes, late, cancel }: Reading): AsyncGenerator<Uint8Array> {
  let offset = 0;
  try {
    for (;;) {
      const next = await Promise.race([reader.read(), late.promise]);
      if (next.done) break;
      offset += next.value.length;
      if (offset > bytes) throw new Error(`${name} is larger than it says`);
      yield next.value;
    }
    if (offset !== bytes) throw new Error(`${name} ends after ${offset} of ${bytes} bytes`);
  } finally {
    cancel();
  }
}
