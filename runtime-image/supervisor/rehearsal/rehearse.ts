/**
 * The supervisor's own rehearsal. Whatever a claim has it do, from the assignment to the end of an invocation, it does first with a
 * made-up function in an environment of its own, so that the claim does not pay for the first run of all that code. The parts are the
 * real ones; only the gateway, the runtime and the kubelet are played. It leaves nothing behind.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createEnvironmentReader } from "../../../crds/link/codec.ts";
import type { ToGateway } from "../../../crds/link/messages.ts";
import { type ClockDep, within } from "../clock/clock.ts";
import type { Config } from "../config.ts";
import type { Ahead } from "../lifecycle/ahead.ts";
import { createEnvironment } from "../lifecycle/environment.ts";
import { createMailbox } from "../lifecycle/mailbox.ts";
import { rehearsalMsMax } from "../limits.ts";
import { createJournal } from "../log/journal.ts";
import { createTelemetry } from "../telemetry/telemetry.ts";
import { madeUpAssignment, madeUpInvocation } from "./made-up.ts";
import { standInLink, standInRuntime } from "./stand-ins.ts";

type Deps = ClockDep & { note(message: string): void };

/** `rounds` invocations of a function of `runtime`. Never rejects: without it a claim is slower, and that is all. */
export async function rehearse(deps: Deps, config: Config, runtime: string, rounds: number): Promise<void> {
  let outcome = "not over in time";
  const played = inFolder(config, (inside) => play(deps, inside, runtime, rounds)).then(
    (status) => {
      outcome = status;
    },
    (cause: unknown) => {
      outcome = String(cause);
    },
  );
  await within(deps.clock, rehearsalMsMax, played);
  if (outcome !== "success") deps.note(`the rehearsal: ${outcome}`);
}

/** How the last of it went: `success`, or else. */
async function play(deps: Deps, config: Config, runtime: string, rounds: number): Promise<string> {
  const { clock } = deps;
  const news = createMailbox<ToGateway>();
  const link = standInLink(deps, news.push);
  const journal = createJournal(deps, { write: (_, left) => left() });
  const telemetry = createTelemetry({ clock, tell: journal.platform });
  journal.listen(telemetry);
  const over = Promise.withResolvers<void>();
  const ahead: Ahead = {
    session: () => undefined,
    ready: Promise.resolve(),
    take: async () => standInRuntime(environment.session),
    stop: () => {},
  };
  const environment = createEnvironment(
    {
      clock,
      // It leaves in the end, which is nobody's news; how it went is told by what it answers.
      note: () => {},
      journal,
      telemetry,
      ahead,
      scratch: config.scratch,
      links: () => [link],
      exit: () => over.resolve(),
    },
    config,
    "127.0.0.1:1",
  );
  const reader = createEnvironmentReader();
  const send = (frame: Uint8Array) => {
    for (const message of reader.push(frame)) environment.message(link, message);
  };
  const hear = async (type: "initialized" | "end"): Promise<string> => {
    for (;;) {
      const message = await news.next();
      if (message.type === type && "status" in message.head) return message.head.status;
    }
  };
  environment.welcomed(link, 1);
  send(madeUpAssignment(runtime));
  let status = await hear("initialized");
  for (let round = 1; round <= rounds && status === "success"; round++) {
    send(madeUpInvocation(round));
    status = await hear("end");
  }
  environment.drain("rehearsed");
  await over.promise;
  return status;
}

/** The function's folders are in one that goes again. */
async function inFolder<T>(config: Config, call: (config: Config) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(config.scratch, "kambda-"));
  try {
    return await call({
      ...config,
      scratch: folder,
      roots: { ...config.roots, task: folder, layers: folder },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
