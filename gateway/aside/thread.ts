/** A thread's side of `aside.ts`: one job after the other. Bytes are handed over, not copied. */
import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { asOwn } from "./bytes.ts";
import { type JobKind, type Jobs, perform } from "./job.ts";

export type Order = { [K in JobKind]: { kind: K; from: Jobs[K]["from"] } }[JobKind];
export type Reply = { kind: "done"; to: Jobs[JobKind]["to"] } | { kind: "failed"; reason: string };

const encoder = new TextEncoder();

/** Where processors are short, the loop comes first: everybody else waits for it, and one caller for this. */
const niceness = 10;
// Linux takes 0 for the calling thread; elsewhere it is the whole process.
if (process.platform === "linux") setPriority(0, niceness);

parentPort?.on("message", ({ kind, from }: Order) => {
  try {
    const done = perform(kind, from);
    if (done instanceof Uint8Array) {
      const bytes = asOwn(done);
      tell({ kind: "done", to: bytes }, [bytes.buffer]);
    } else if ("body" in done) {
      const bytes = typeof done.body === "string" ? encoder.encode(done.body) : asOwn(done.body);
      tell({ kind: "done", to: { ...done, body: bytes } }, [bytes.buffer]);
    } else tell({ kind: "done", to: done });
  } catch (error) {
    tell({ kind: "failed", reason: String(error) });
  }
});

function tell(reply: Reply, handedOver: ArrayBuffer[] = []): void {
  parentPort?.postMessage(reply, handedOver);
}
