/** Where environments dial in and gateways meet: both know each other by the same keys. */
import type { Fleet } from "../fleet/fleet.ts";
import { createJudge } from "../link/judge.ts";
import { createLinkServer } from "../link/server.ts";
import type { TokenVerifier } from "../link/token.ts";
import { withOurCaps } from "../peers/caps.ts";
import { othersOf } from "../peers/known.ts";
import { createPeers } from "../peers/peers.ts";
import type { GatewayDeps, GatewayOptions } from "./deps.ts";
import type { Knowledge } from "./knowledge.ts";
import { peerName, type Trust } from "./trust.ts";

export interface MeetingParts {
  knowledge: Knowledge;
  trust: Trust;
  tokens: TokenVerifier;
  fleet: Fleet;
  gatewayStartedAtMs: number;
}

export type Meeting = Awaited<ReturnType<typeof createMeeting>>;

export async function createMeeting(
  deps: GatewayDeps,
  options: GatewayOptions,
  { knowledge, trust, tokens, fleet, gatewayStartedAtMs }: MeetingParts,
) {
  const { catalog, watches, podWaiting } = knowledge;
  const { host, podName, gatewayId } = options;
  const judge = createJudge({
    clock: deps.clock,
    tokens,
    pods: podWaiting,
    ticketKey: () => Buffer.from(trust.now().ticketKey, "base64"),
    gatewayStartedAtMs,
    accepted: (key) => peers.tell(key),
  });
  const { shards } = deps.settings.gateway;
  const peers = await createPeers(
    deps,
    { host, port: options.ports.peer, keys: trust.now(), self: gatewayId, serverName: peerName, shards },
    (shard, event) => fleet.happen(shard, withOurCaps(event, catalog)),
    judge,
  );
  const others = () => othersOf(watches.gateways.list(), podName);
  const linksOfOthers = () => others().map(({ host: at }) => ({ host: at, port: options.ports.link }));
  const { certificate, key } = trust.now();
  const links = await createLinkServer(
    { ...deps, judge: judge.judge, listener: fleet },
    { host, port: options.ports.link, certificate, key, gatewayId, peers: linksOfOthers },
  );
  const meetOthers = () => {
    peers.addresses(others().map(({ name, host: at }) => ({ name, host: at, port: options.ports.peer })));
    links.tellPeers(linksOfOthers());
  };
  watches.gateways.onChange(meetOthers);
  meetOthers();
  return {
    links,
    peers,
    async renew() {
      await trust.renew();
      links.renew(trust.now());
      peers.renew(trust.now());
    },
  };
}
