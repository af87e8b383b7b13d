/** Runs in a pod that is no environment: dials the link as DIAL says, prints what came of it, and stays. */
import { type Dial, dial } from "./dialer.ts";

console.log(JSON.stringify(await dial(JSON.parse(process.env.DIAL ?? "{}") as Dial)));
// It stays: what has finished and is labelled an environment is cleared away.
setInterval(() => {}, 60_000);
