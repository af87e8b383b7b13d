/** Runs in a pod that is no environment: dials the link as DIAL says, prints what came of it, and stays to be asked more. */
import { type Dial, dial } from "./dialer.ts";

console.log(JSON.stringify(await dial(JSON.parse(process.env.DIAL ?? "{}") as Dial)));
