/** SHUTDOWN with extensions: the runtime is asked first, then the extensions are told, each with a deadline. */
import { type Clock, within } from "../clock/clock.ts";
import type { RuntimeProcess } from "../process/start.ts";
import type { ShutdownReason } from "./event.ts";
import type { LaunchedExtension } from "./launch.ts";
import type { ExtensionSession } from "./session.ts";
import { shutdownTimes } from "./shutdown.ts";

export interface Ending {
  runtime: RuntimeProcess | undefined;
  session: ExtensionSession;
  launched: readonly LaunchedExtension[];
}

/** What has not ended by then is the caller's to kill. Settles at once when there are no extensions. */
export async function endExtensions(clock: Clock, ending: Ending, reason: ShutdownReason): Promise<void> {
  const { runtime, session, launched } = ending;
  const registered = session.all().filter(({ state }) => state !== "Started");
  const internal = registered.filter(({ kind }) => kind === "internal").length;
  const { runtimeMs, totalMs } = shutdownTimes({ external: launched.length, internal });
  if (totalMs === 0) return;
  const startedMs = clock.elapsed();
  const leftMs = () => Math.max(0, totalMs - (clock.elapsed() - startedMs));
  if (runtime !== undefined) {
    runtime.signal("SIGTERM");
    await within(clock, runtimeMs, runtime.ended);
    runtime.signal("SIGKILL");
  }
  const isTold = (name: string) =>
    registered.some((one) => one.name === name && one.subscriptions.includes("SHUTDOWN"));
  for (const { name, process } of launched) if (!isTold(name)) process.signal("SIGKILL");
  session.notify({ eventType: "SHUTDOWN", shutdownReason: reason, deadlineMs: clock.now() + leftMs() });
  await within(clock, leftMs(), Promise.all(launched.map(({ process }) => process.ended)));
}
