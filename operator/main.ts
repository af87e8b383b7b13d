/** The operator: turns Functions into Revisions, code in the store, and warm pools. */
import { runOperator } from "./app.ts";

const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());
await runOperator(process.env, stop.signal);
// All is done and told; a dial that still waits for its timeout (NATS that left first) must not hold the pod.
process.exit();
