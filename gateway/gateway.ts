/** The gateway's composition root: everything is made here, in order, and taken down in reverse. */
import { fieldManagers } from "../crds/labels.ts";
import { limits } from "../crds/limits.ts";
import type { RevisionObject } from "../crds/revision/schema.ts";
import type { ClockDep } from "../kernel/clock/clock.ts";
import { createHealth } from "../kernel/health/health.ts";
import type { KubeDep } from "../kernel/kube/port.ts";
import type { LogDep } from "../kernel/log/log.ts";
import { listenForMetrics } from "../kernel/metrics/listener.ts";
import { buildDedicatedPod } from "../kernel/pod/dedicated.ts";
import { poolable, shapeOf } from "../kernel/pod/shape.ts";
import type { RandomDep } from "../kernel/random/random.ts";
import type { SettingsDep } from "../kernel/settings/schema.ts";
import type { StoreDep } from "../kernel/store/store.ts";
import { ensureTrust } from "../kernel/trust/ensure.ts";
import { trustLimits } from "../kernel/trust/limits.ts";
import { createApiHandler } from "./api/handle.ts";
import { createAside } from "./aside/aside.ts";
import { createAnew } from "./catalog/anew.ts";
import { createCatalog } from "./catalog/catalog.ts";
import { createKept } from "./catalog/kept.ts";
import { createPodWaiting } from "./catalog/waiting.ts";
import { createFleet } from "./fleet/fleet.ts";
import { createJudge } from "./link/judge.ts";
import { linkLimits } from "./link/limits.ts";
import { createLinkServer } from "./link/server.ts";
import { createTokenVerifier } from "./link/token.ts";
import type { HttpHandler, HttpListener, ListenerOptions } from "./listener/http.ts";
import { listenerLimits } from "./listener/limits.ts";
import { createGatewayMetrics } from "./metrics/metrics.ts";
import { observeAll } from "./observe.ts";
import { withOurCaps } from "./peers/caps.ts";
import { isGone, othersOf } from "./peers/known.ts";
import { createPeers } from "./peers/peers.ts";
import { reportLimits } from "./report/limits.ts";
import { createReporter } from "./report/report.ts";
import { createTraffic } from "./report/traffic.ts";
import { createUseReporter } from "./report/use.ts";
import { createDesk } from "./shard/desk.ts";
import { shardOf } from "./shard/hash.ts";
import { createAdopter } from "./start/adopt.ts";
import { createAhead } from "./start/ahead.ts";
import { createCodeSource } from "./start/code.ts";
import { createCreator } from "./start/create.ts";
import { createDiskCache } from "./start/disk.ts";
import { createDismisser } from "./start/dismiss.ts";
import { startLimits } from "./start/limits.ts";
import { createMarker } from "./start/mark.ts";
import { type Chore, keepUp } from "./upkeep.ts";
import { createUrlHandler } from "./url/handle.ts";
import { createWatches, environmentSelector } from "./watches.ts";

export interface GatewayOptions {
  namespace: string;
  podName: string;
  /** Unique to this process, so that an environment can tell gateways apart. */
  gatewayId: string;
  host: string;
  ports: { public: number; api: number; metrics: number; link: number; peer: number };
  listen(options: ListenerOptions, handler: HttpHandler): HttpListener | Promise<HttpListener>;
}

export type GatewayDeps = ClockDep & RandomDep & LogDep & KubeDep & StoreDep & SettingsDep;

export interface Gateway extends AsyncDisposable {
  readonly ports: GatewayOptions["ports"];
}

/** Copies and keys older than this make the gateway unready. */
const watchStaleMsMax = 120_000;
const keysStaleMsMax = 24 * 3600 * 1000;

/** In every gateway's certificate: by it gateways know each other. */
const peerName = "kambda-peer";

const podsEveryMs = 1_000;
/** A rollout's step is a second at least: it is judged by what came in before. */
const trafficEveryMs = 500;

export async function createGateway(deps: GatewayDeps, options: GatewayOptions): Promise<Gateway> {
  const { clock, log, settings } = deps;
  const { host, namespace, gatewayId, podName } = options;
  const stop = new AbortController();
  const gatewayStartedAtMs = clock.nowMs();

  const hosts = ["kambda-link", peerName, settings.link.host, `kambda-link.${namespace}.svc`];
  const trustOptions = { namespace, hosts, fieldManager: fieldManagers.gateway };
  let trust = await ensureTrust(deps, trustOptions);
  const tokens = createTokenVerifier(deps);
  await tokens.refresh();

  const poolShapeOf = ({ spec, metadata }: RevisionObject) =>
    poolable(spec, settings) ? shapeOf(spec, settings, metadata.namespace).hash : undefined;
  const catalog = createCatalog(deps, { settings, poolShapeOf });
  const kept = createKept(catalog.keptChanged);
  const watches = createWatches(deps, namespace);
  const podWaiting = createPodWaiting(deps, watches.pods.get);
  const disk = await createDiskCache(deps, startLimits.codeDiskBytesMax);
  const code = createCodeSource(deps, startLimits.codeCacheBytesMax, disk);
  const ahead = createAhead({ log, code });
  const adopter = createAdopter({ ...deps, catalog, settings });
  const marker = createMarker(deps);
  const dismisser = createDismisser(deps);
  const reporter = createReporter({ ...deps, revision: catalog.revision });
  const traffic = createTraffic(deps, gatewayId);
  const placers = () => fleet.shards.flatMap(({ seat }) => (seat.at === "placing" ? [seat.placer] : []));
  const use = createUseReporter(deps, { placers, kept: kept.counts, revision: catalog.revision });
  const creator = createCreator({
    ...deps,
    build: (revision, random) =>
      buildDedicatedPod({ revision, random }, settings, { ca: trust.caCertificate }),
    failed: (start, failure) => fleet.startFailed(start, failure),
    crowded: (start) => fleet.startCrowded(start),
  });
  const metrics = createGatewayMetrics({
    shards: () => fleet.shards,
    links: () => links.count(),
    kept: kept.counts,
    revision: catalog.revision,
  });
  const deskOptions = {
    namespace,
    shards: settings.gateway.shards,
    labelSelector: environmentSelector,
    isGone: (holder: string) => isGone(holder, gatewayId, watches.gateways.list()),
    functionKeyOf(revisionKey: string) {
      const revision = catalog.revision(revisionKey);
      return revision && `${revision.metadata.namespace}/${revision.spec.functionName}`;
    },
    ...createAnew(catalog),
  };
  const fleet = createFleet({
    ...deps,
    catalog,
    code,
    self: gatewayId,
    observer: observeAll({ metrics, traffic, marker, reporter }),
    hands: {
      desk: createDesk(deps, deskOptions, (shard, event) => fleet.happen(shard, event)),
      peers: {
        toPlacer: (shard, peer, message) => peers.toPlacer(shard, peer, message),
        toClient: (shard, peer, message) => peers.toClient(shard, peer, message),
      },
      create(start) {
        const revision = catalog.revision(start.revisionKey);
        if (revision !== undefined) creator.create(start, revision);
        else fleet.startFailed(start, { kind: "unavailable", message: `${start.revisionKey} is gone` });
      },
      claimStart: creator.claimStart,
      adopt: adopter.adopt,
      dismissed: dismisser.dismissed,
    },
  });

  catalog.onRoutes((of, alias, routes) => {
    fleet.happen(shardOf(of, settings.gateway.shards), { type: "routed", alias, routes });
  });
  watches.functions.onChange(catalog.functionChanged);
  watches.revisions.onChange(catalog.revisionChanged);
  watches.aliases.onChange(catalog.aliasChanged);
  watches.aliases.onChange(traffic.aliasChanged);
  watches.pods.onChange((key, now, before) => {
    if (now !== undefined) podWaiting.arrived(now);
    creator.podChanged(key, now);
    kept.podChanged(key, now);
    if (before !== undefined && before.uid !== now?.uid) fleet.podChanged(before, true);
    if (now !== undefined) fleet.podChanged(now, false);
  });
  catalog.onServing((revisionKey, serving) => {
    fleet.serving(revisionKey, serving);
    const { code: own, layers = [] } = catalog.revision(revisionKey)?.spec ?? {};
    if (!serving || own === undefined) return;
    for (const { archiveSha256, archiveBytes } of [own, ...layers]) ahead.want(archiveSha256, archiveBytes);
  });
  const running = [...Object.values(watches), adopter, marker, reporter].map((one) => one.start(stop.signal));
  await Promise.all(Object.values(watches).map(({ synced }) => synced));
  const ticketKey = () => Buffer.from(trust.ticketKey, "base64");
  const judge = createJudge({
    clock,
    tokens,
    pods: podWaiting,
    ticketKey,
    gatewayStartedAtMs,
    accepted: (key) => peers.tell(key),
  });
  const { shards } = settings.gateway;
  const peers = await createPeers(
    deps,
    { host, port: options.ports.peer, keys: trust, self: gatewayId, serverName: peerName, shards },
    (shard, event) => fleet.happen(shard, withOurCaps(event, catalog)),
    judge,
  );

  const links = await createLinkServer(
    { ...deps, judge: judge.judge, listener: fleet },
    {
      host,
      port: options.ports.link,
      certificate: trust.certificate,
      key: trust.key,
      gatewayId,
      peers: () => others().map(({ host: at }) => ({ host: at, port: options.ports.link })),
    },
  );
  const others = () => othersOf(watches.gateways.list(), podName);
  const meetOthers = () => {
    peers.addresses(others().map(({ name, host: at }) => ({ name, host: at, port: options.ports.peer })));
    links.tellPeers(others().map(({ host: at }) => ({ host: at, port: options.ports.link })));
  };
  watches.gateways.onChange(meetOthers);
  meetOthers();
  fleet.start(stop.signal);
  const chores: Chore[] = [
    {
      what: "look after pods",
      everyMs: podsEveryMs,
      work() {
        creator.tick(watches.pods);
        dismisser.tick(watches.pods);
        fleet.happen("all", { type: "watched", staleMs: watches.pods.staleMs() });
      },
    },
    { what: "look at the use of provisioned environments", everyMs: reportLimits.useEveryMs, work: use.look },
    {
      what: "tell the use of provisioned environments",
      everyMs: reportLimits.useToldEveryMs,
      work: use.report,
    },
    { what: "tell rollouts what became of requests", everyMs: trafficEveryMs, work: traffic.report },
    { what: "read the cluster's signing keys", everyMs: linkLimits.keysEveryMs, work: tokens.refresh },
    {
      what: "renew the link's keys",
      everyMs: trustLimits.checkEveryMs,
      async work() {
        trust = await ensureTrust(deps, trustOptions);
        links.renew(trust);
        peers.renew(trust);
      },
    },
  ];
  running.push(...chores.map((chore) => keepUp(deps, chore, stop.signal)));

  const health = createHealth();
  let isLeaving = false;
  health.add("state", () => (isLeaving ? "the gateway is leaving" : undefined));
  health.add("placer", () => (fleet.hasPlacers() ? undefined : "no placer can be asked"));
  health.add("keys", () => tooOld(tokens.staleMs(), keysStaleMsMax, "the cluster's signing keys were"));
  for (const { name, staleMs } of Object.values(watches))
    health.add(name, () => tooOld(staleMs(), watchStaleMsMax, `the watch of ${name} was`));

  const aside = createAside(deps);
  const handling = { ...deps, catalog, aside, invoke: fleet.invoke };
  const { waitingBytesMax, waitingBytesMaxPerNamespace } = settings.invoke;
  const bounds = {
    bodyBytesMax: limits.requestBytesMax,
    heldBytesMax: waitingBytesMax + listenerLimits.heldBytesMax,
    heldBytesMaxPerTenant: waitingBytesMaxPerNamespace + listenerLimits.heldBytesMaxPerNamespace,
  };
  const listen = (port: number, handler: HttpHandler) => options.listen({ host, port, ...bounds }, handler);
  const publicListener = await listen(options.ports.public, createUrlHandler(handling));
  const apiListener = await listen(options.ports.api, createApiHandler(handling));
  const metricsListener = await listenForMetrics(
    { port: options.ports.metrics, host },
    metrics.exposition,
    health,
  );
  const ports = {
    public: publicListener.port,
    api: apiListener.port,
    metrics: metricsListener.port,
    link: links.port,
    peer: peers.port,
  };
  log.info("the gateway is up", ports);

  return {
    ports,
    /** Takes nothing new, finishes what is in flight, then lets go of the environments: they dial the next gateway. */
    async [Symbol.asyncDispose]() {
      log.info("the gateway is leaving");
      isLeaving = true;
      fleet.happen("all", { type: "leave" });
      await Promise.all([publicListener.close(), apiListener.close()]);
      await fleet.quiet();
      await fleet.handOver();
      await links.close();
      await peers[Symbol.asyncDispose]();
      stop.abort();
      await metricsListener[Symbol.asyncDispose]();
      await Promise.all(running);
      await disk[Symbol.asyncDispose]();
      await aside[Symbol.asyncDispose]();
    },
  };
}

function tooOld(ageMs: number, ageMsMax: number, what: string): string | undefined {
  return ageMs < ageMsMax ? undefined : `${what} last heard ${Math.round(ageMs / 1000)} s ago`;
}
