/** A thread's side of `aside.ts`: one job after the other. Bytes are handed over, not copied. */
import { parentPort } from "node:worker_threads";
import { asOwn } from "./bytes.ts";
import { type JobKind, type Jobs, perform } from "./job.ts";

export type Order = { [K in JobKind]: { kind: K; from: Jobs[K]["from"] } }[JobKind];
export type Reply = { kind: "done"; to: Jobs[JobKind]["to"] } | { kind: "failed"; reason: string };

const encoder = new TextEncoder();

parentPort?.on("message", ({ kind, from }: Order) => {
  try {
    const done = perform(kind, from);
    const made = done instanceof Uint8Array ? done : done.body;
    const bytes = typeof made === "string" ? encoder.encode(made) : asOwn(made);
    tell({ kind: "done", to: done instanceof Uint8Array ? bytes : { ...done, body: bytes } }, [bytes.buffer]);
  } catch (error) {
    tell({ kind: "failed", reason: String(error) });
  }
});

function tell(reply: Reply, handedOver: ArrayBuffer[] = []): void {
  parentPort?.postMessage(reply, handedOver);
}
