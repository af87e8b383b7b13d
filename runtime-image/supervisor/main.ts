/** PID 1 of every environment. */
import { readConfig } from "./config.ts";
import { startSupervisor } from "./supervisor.ts";

await startSupervisor(readConfig(process.env));
