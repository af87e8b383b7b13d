/** The gateway as a process: what it is made of in a cluster, and how long it runs. */
import { createSystemClock } from "../kernel/clock/clock.ts";
import { createFetchKube } from "../kernel/kube/fetch.ts";
import { findCredentials } from "../kernel/kube/find.ts";
import { createLog } from "../kernel/log/log.ts";
import { createSystemRandom } from "../kernel/random/random.ts";
import { readSettings } from "../kernel/settings/read.ts";
import { openNats } from "../kernel/store/open.ts";
import { createCodeStore } from "../kernel/store/store.ts";
import { readConfig } from "./config.ts";
import { createGateway } from "./gateway.ts";
import { listenWithBun } from "./listener/bun.ts";
import { listenWithNode } from "./listener/node.ts";

/** Runs until the signal fires and what was in flight then is done. */
export async function runGateway(
  environment: Record<string, string | undefined>,
  signal: AbortSignal,
): Promise<void> {
  const config = readConfig(environment);
  const settings = readSettings(config.settingsPath);
  const log = createLog("gateway", config.logLevel);
  const clock = createSystemClock();
  const random = createSystemRandom();
  const kube = createFetchKube(await findCredentials({ clock }, environment));
  // Not waited for: environments that have their code are served without NATS.
  await using nats = openNats({ log }, { ...config.nats, name: config.podName });
  const store = createCodeStore(nats.connecting, { replicas: config.storeReplicas });
  await using _gateway = await createGateway(
    { kube, clock, random, log, settings, store },
    {
      namespace: config.namespace,
      podName: config.podName,
      gatewayId: `${config.podName}/${random.uuid()}`,
      host: config.host,
      ports: config.ports,
      listen: config.listener === "bun" ? listenWithBun : listenWithNode,
    },
  );
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
