/** The gateway: HTTP in, placement, and the link to every environment. */
import { runGateway } from "./app.ts";

const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());
await runGateway(process.env, stop.signal);
