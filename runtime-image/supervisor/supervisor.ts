/** The composition: what the supervisor is made of, and how its parts hear of each other. */

import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { createLinkKey } from "../../crds/link/proof.ts";
import { createApis } from "./apis.ts";
import { type Clock, systemClock } from "./clock/clock.ts";
import type { Config } from "./config.ts";
import { createEnvironment } from "./lifecycle/environment.ts";
import { closeMsMax } from "./limits.ts";
import { type Links, openLinks } from "./link/links.ts";
import { createJournal } from "./log/journal.ts";
import { openLibc } from "./process/libc.ts";
import { isRuntimePid } from "./process/start.ts";
import { listen } from "./runtime-api/http/server.ts";

export async function startSupervisor(config: Config): Promise<void> {
  const clock = systemClock;
  const libc = openLibc();
  libc.harden();
  process.on("SIGCHLD", () => libc.reap(isRuntimePid));

  // A log that nobody takes must not end invocations.
  process.stdout.on("error", () => note("the log cannot be written"));
  const note = (message: string) => process.stderr.write(`kambda: ${message}\n`);
  const journal = createJournal({ clock }, process.stdout);
  const api = await listen(
    config.runtimeApiPort,
    createApis({
      runtime: () => environment.session(),
      extensions: () => environment.extensions(),
    }),
  );
  let links: Links | undefined;
  const environment = createEnvironment(
    {
      clock,
      journal,
      scratch: config.scratch,
      note,
      links: () => links?.all() ?? [],
      exit: (code) => void Promise.all([links?.close(), flushLog(clock)]).then(() => process.exit(code)),
    },
    config,
    `127.0.0.1:${api.port}`,
  );
  process.on("SIGTERM", () => environment.drain("SIGTERM"));

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
      message: environment.message,
      lost: environment.lost,
      unlinked: () => environment.abandon("no gateway can be reached"),
    },
  );
}

/** Waits until the log has left, but not for ever. */
function flushLog(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(closeMsMax, resolve);
    process.stdout.write("", () => resolve());
  });
}
