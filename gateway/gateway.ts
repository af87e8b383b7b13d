/** The gateway's composition root: everything is made here, in order, and taken down in reverse. What each part is made of is in `assembly/`. */
import { listenForMetrics } from "../kernel/metrics/listener.ts";
import { choresOf } from "./assembly/chores.ts";
import type { GatewayDeps, GatewayOptions } from "./assembly/deps.ts";
import { openDoors } from "./assembly/doors.ts";
import { createGatewayHealth } from "./assembly/health.ts";
import { createKnowledge } from "./assembly/knowledge.ts";
import { createMeeting } from "./assembly/meeting.ts";
import { createPlacing } from "./assembly/placing.ts";
import { createStarting } from "./assembly/starting.ts";
import { createTelling } from "./assembly/telling.ts";
import { createTrust } from "./assembly/trust.ts";
import { createTokenVerifier } from "./link/token.ts";
import { keepUp } from "./upkeep.ts";

export interface Gateway extends AsyncDisposable {
  readonly ports: GatewayOptions["ports"];
}

export async function createGateway(deps: GatewayDeps, options: GatewayOptions): Promise<Gateway> {
  const { log } = deps;
  const stop = new AbortController();
  const gatewayStartedAtMs = deps.clock.nowMs();

  const trust = await createTrust(deps, options);
  const tokens = createTokenVerifier(deps);
  await tokens.refresh();

  const knowledge = createKnowledge(deps, options);
  const { catalog, watches } = knowledge;
  const starting = await createStarting(deps, knowledge, trust, () => fleet);
  const { adopter, marker, disk } = starting;
  const telling = createTelling(deps, options, knowledge, {
    shards: () => fleet.shards,
    links: () => meeting.links.count(),
  });
  const observer = telling.observer(marker);
  const fleet = createPlacing(deps, options, { knowledge, starting, observer, peers: () => meeting.peers });

  const workers = [...Object.values(watches), adopter, marker, telling.reporter];
  const running = workers.map((one) => one.start(stop.signal));
  await Promise.all(Object.values(watches).map(({ synced }) => synced));
  const meeting = await createMeeting(deps, options, { knowledge, trust, tokens, fleet, gatewayStartedAtMs });
  fleet.start(stop.signal);
  const chores = choresOf({ knowledge, starting, telling, meeting, tokens, fleet });
  running.push(...chores.map((chore) => keepUp(deps, chore, stop.signal)));

  let isLeaving = false;
  const health = createGatewayHealth(knowledge, tokens, fleet, () => isLeaving);
  const doors = await openDoors(deps, options, catalog, fleet);
  const metricsAt = { port: options.ports.metrics, host: options.host };
  const metricsListener = await listenForMetrics(metricsAt, telling.metrics.exposition, health);
  const { links, peers } = meeting;
  const ports = { ...doors.ports, metrics: metricsListener.port, link: links.port, peer: peers.port };
  log.info("the gateway is up", ports);

  return {
    ports,
    /** Takes nothing new, finishes what is in flight, then lets go of the environments: they dial the next gateway. */
    async [Symbol.asyncDispose]() {
      log.info("the gateway is leaving");
      isLeaving = true;
      fleet.happen("all", { type: "leave" });
      await doors.close();
      await fleet.quiet();
      await fleet.handOver();
      await links.close();
      await peers[Symbol.asyncDispose]();
      stop.abort();
      await metricsListener[Symbol.asyncDispose]();
      await Promise.all(running);
      await disk[Symbol.asyncDispose]();
      await doors.endAside();
    },
  };
}
