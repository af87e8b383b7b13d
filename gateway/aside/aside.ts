/**
 * Large bodies are read and written in threads, so that no tenant's holds up the gateway's loop, and with it everybody else (H3):
 * 6 MB of JSON take tens of milliseconds. Small ones are done at once: handing them over would cost more.
 */
import { Worker } from "node:worker_threads";
import { LambdaError } from "../../crds/errors.ts";
import { limits } from "../../crds/limits.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { asOwn } from "./bytes.ts";
import { type JobKind, type Jobs, perform } from "./job.ts";
import { asideLimits } from "./limits.ts";
import { createLine } from "./line.ts";
import { lengthOf } from "./pieces.ts";
import type { Order, Reply } from "./thread.ts";

export interface Aside extends AsyncDisposable {
  /** A large body's bytes are gone afterwards. Rejects with a LambdaError when too many wait, and when it takes too long. */
  do<K extends JobKind>(namespace: string, kind: K, from: Jobs[K]["from"]): Promise<Jobs[K]["to"]>;
}

export interface AsideOptions {
  threadsMax: number;
  /** A body up to this is done at once. */
  hereBytesMax: number;
  bytesMax: number;
  bytesMaxPerTenant: number;
  /** What threads run. */
  program: URL;
}

const byDefault: AsideOptions = {
  threadsMax: asideLimits.threadsMax,
  hereBytesMax: limits.parsedPayloadBytesMax,
  bytesMax: asideLimits.bytesMax,
  bytesMaxPerTenant: asideLimits.bytesMaxPerNamespace,
  program: new URL("./thread.ts", import.meta.url),
};

interface Waiting {
  order: Order;
  resolve(to: Jobs[JobKind]["to"]): void;
  reject(error: Error): void;
}

interface Thread {
  worker: Worker;
  at: Waiting | undefined;
  /** Stops the clock of what it is at. */
  inTime(): void;
}

export function createAside({ clock }: ClockDep, given: Partial<AsideOptions> = {}): Aside {
  const options = { ...byDefault, ...given };
  const line = createLine<Waiting>(options);
  const threads = new Set<Thread>();
  let isClosed = false;

  const pump = () => {
    for (;;) {
      const thread = [...threads].find(({ at }) => at === undefined);
      if (thread === undefined && threads.size >= options.threadsMax) return;
      const next = line.take();
      if (next === undefined) return;
      give(thread ?? begin(), next);
    }
  };
  const give = (thread: Thread, next: Waiting) => {
    const { kind, from } = next.order;
    const body = from.body.map(asOwn);
    thread.at = next;
    thread.inTime = clock.after(asideLimits.jobMsMax, () => giveUp(thread));
    // A process may end while its threads are idle, not while one works.
    thread.worker.ref();
    // Each buffer once, though two pieces should be of the same.
    const buffers = new Set(body.map(({ buffer }) => buffer));
    thread.worker.postMessage({ kind, from: { ...from, body } }, [...buffers]);
  };
  const lose = (thread: Thread, error: Error) => {
    thread.inTime();
    threads.delete(thread);
    thread.at?.reject(error);
    thread.at = undefined;
    if (!isClosed) pump();
  };
  const giveUp = (thread: Thread) => {
    lose(thread, new Error(`a large body was not handled within ${asideLimits.jobMsMax / 1000} s`));
    void thread.worker.terminate();
  };
  const begin = (): Thread => {
    const thread: Thread = { worker: new Worker(options.program), at: undefined, inTime: () => {} };
    threads.add(thread);
    thread.worker.on("message", (reply: Reply) => {
      const { at } = thread;
      thread.at = undefined;
      thread.inTime();
      thread.worker.unref();
      if (reply.kind === "done") at?.resolve(reply.to);
      else at?.reject(new Error(`a large body could not be handled: ${reply.reason}`));
      pump();
    });
    thread.worker.on("error", (cause) =>
      lose(thread, new Error("a thread for large bodies failed", { cause })),
    );
    thread.worker.on("exit", () => lose(thread, new Error("a thread for large bodies ended")));
    return thread;
  };

  return {
    async do(namespace, kind, from) {
      const bytes = lengthOf(from.body);
      if (bytes <= options.hereBytesMax) return perform(kind, from);
      return new Promise((resolve, reject) => {
        const waiting = { order: { kind, from }, resolve, reject } as Waiting;
        if (line.add(namespace, bytes, waiting)) pump();
        else
          reject(new LambdaError("ServiceUnavailableException", "Too many large bodies are being handled."));
      });
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}
