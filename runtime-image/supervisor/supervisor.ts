/** The composition: what the supervisor is made of, and how its parts hear of each other. */
import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { createLinkKey } from "../../crds/link/proof.ts";
import { createApis } from "./apis.ts";
import { type Clock, systemClock } from "./clock/clock.ts";
import type { Ahead as AheadConfig, Config } from "./config.ts";
import { startAhead } from "./lifecycle/ahead.ts";
import { createEnvironment } from "./lifecycle/environment.ts";
import { createTidy } from "./lifecycle/tidy.ts";
import { closeMsMax, reapAgainMs } from "./limits.ts";
import { type Links, openLinks } from "./link/links.ts";
import { createJournal, type Journal } from "./log/journal.ts";
import { findEntry } from "./process/entry.ts";
import { openLibc } from "./process/libc.ts";
import { isRuntimePid, type RuntimeCommand } from "./process/start.ts";
import { waitingVariables } from "./process/variables.ts";
import { rehearse } from "./rehearsal/rehearse.ts";
import { listen } from "./runtime-api/http/server.ts";
import { createTelemetry } from "./telemetry/telemetry.ts";

export async function startSupervisor(config: Config): Promise<void> {
  const clock = systemClock;
  const libc = openLibc();
  libc.harden();
  process.on("SIGCHLD", reap);
  function reap(): void {
    if (libc.reap(isRuntimePid)) clock.after(reapAgainMs, reap);
  }

  // A log that nobody takes must not end invocations.
  process.stdout.on("error", () => note("the log cannot be written"));
  const note = (message: string) => process.stderr.write(`kambda: ${message}\n`);
  const journal = createJournal({ clock }, process.stdout);
  const telemetry = createTelemetry({ clock, tell: journal.platform });
  journal.listen(telemetry);
  const api = await listen(
    config.runtimeApiPort,
    createApis({
      runtime: () => environment.session(),
      extensions: () => environment.extensions(),
      telemetry,
    }),
  );
  const runtimeApi = `127.0.0.1:${api.port}`;
  const ahead =
    config.ahead === undefined
      ? undefined
      : startAhead(
          { clock, note },
          waitingCommand(config, config.ahead, runtimeApi),
          config.ahead.rehearsals,
        );
  let links: Links | undefined;
  const environment = createEnvironment(
    {
      clock,
      journal,
      scratch: config.scratch,
      telemetry,
      note,
      ...(ahead === undefined ? {} : { ahead }),
      links: () => links?.all() ?? [],
      exit: (code) =>
        void Promise.all([links?.close(), flushLog(clock, journal)]).then(() => process.exit(code)),
    },
    config,
    runtimeApi,
  );
  process.on("SIGTERM", () => environment.drain("SIGTERM"));

  // A pool's environment says that it is there once it has rehearsed; one that a caller waits for, at once.
  if (config.ahead !== undefined && config.ahead.rehearsals > 0) {
    await rehearse({ clock, note }, config, config.ahead.runtime, config.ahead.rehearsals);
    await ahead?.ready;
  }
  const tidy = createTidy({
    clock,
    isBusy: () => environment.describe().busy !== undefined,
    collect: () => Bun.gc(true),
  });
  const { host, port, ca } = config.link;
  links = openLinks(
    { clock, note, random: Math.random },
    {
      ca,
      key: createLinkKey(),
      readToken: () => readFileSync(config.tokenPath, "utf8").trim(),
      resolve: async () =>
        (await lookup(host, { all: true })).map(({ address }) => ({ host: address, port })),
    },
    {
      describe: environment.describe,
      welcomed: (link, { epoch }) => environment.welcomed(link, epoch),
      message(link, message) {
        if (message.type === "invoke") tidy.used();
        environment.message(link, message);
      },
      lost: environment.lost,
      unlinked: () => environment.abandon("no gateway can be reached"),
    },
  );
}

/** The command of a process whose function is not known yet. */
function waitingCommand({ roots, jail }: Config, ahead: AheadConfig, runtimeApi: string): RuntimeCommand {
  return {
    entry: findEntry({ entry: { kind: "bootstrap", command: [] } }, roots),
    workingDirectory: roots.task,
    variables: waitingVariables(ahead, roots, runtimeApi),
    jail,
  };
}

/** Waits until the log has left, but not for ever. */
function flushLog(clock: Clock, journal: Journal): Promise<void> {
  return new Promise((resolve) => {
    journal.flush();
    clock.after(closeMsMax, resolve);
    process.stdout.write("", () => resolve());
  });
}
