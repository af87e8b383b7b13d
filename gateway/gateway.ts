/** The gateway's composition root: everything is made here, in order, and taken down in reverse. */
import { parseFunction } from "../crds/function/schema.ts";
import { components, fieldManagers, labels } from "../crds/labels.ts";
import { limits } from "../crds/limits.ts";
import { parseRevision } from "../crds/revision/schema.ts";
import type { ClockDep } from "../kernel/clock/clock.ts";
import { createHealth } from "../kernel/health/health.ts";
import type { KubeDep, KubeObject } from "../kernel/kube/port.ts";
import { resources } from "../kernel/kube/resources.ts";
import type { LogDep } from "../kernel/log/log.ts";
import { listenForMetrics } from "../kernel/metrics/listener.ts";
import { buildDedicatedPod } from "../kernel/pod/dedicated.ts";
import { poolable, shapeOf } from "../kernel/pod/shape.ts";
import type { RandomDep } from "../kernel/random/random.ts";
import { createReflector } from "../kernel/reflector/reflector.ts";
import type { SettingsDep } from "../kernel/settings/schema.ts";
import type { StoreDep } from "../kernel/store/store.ts";
import { ensureTrust } from "../kernel/trust/ensure.ts";
import { trustLimits } from "../kernel/trust/limits.ts";
import { createApiHandler } from "./api/handle.ts";
import { createCatalog } from "./catalog/catalog.ts";
import { parsePod } from "./catalog/pod.ts";
import { createPodWaiting } from "./catalog/waiting.ts";
import { createFleet } from "./fleet/fleet.ts";
import { createLinkServer } from "./link/server.ts";
import { createTokenVerifier } from "./link/token.ts";
import { createJudge } from "./link/welcome.ts";
import type { HttpHandler, HttpListener, ListenerOptions } from "./listener/http.ts";
import { createGatewayMetrics } from "./metrics/metrics.ts";
import { createReporter } from "./report/report.ts";
import { createAdopter } from "./start/adopt.ts";
import { createAhead } from "./start/ahead.ts";
import { createCodeSource } from "./start/code.ts";
import { createCreator } from "./start/create.ts";
import { createDismisser } from "./start/dismiss.ts";
import { startLimits } from "./start/limits.ts";
import { createUrlHandler } from "./url/handle.ts";

export interface GatewayOptions {
  namespace: string;
  /** Unique to this process, so that an environment can tell gateways apart. */
  gatewayId: string;
  host: string;
  ports: { public: number; api: number; metrics: number; link: number };
  listen(options: ListenerOptions, handler: HttpHandler): HttpListener | Promise<HttpListener>;
}

export type GatewayDeps = ClockDep & RandomDep & LogDep & KubeDep & StoreDep & SettingsDep;

export interface Gateway extends AsyncDisposable {
  readonly ports: GatewayOptions["ports"];
}

/** The one placer of this step; with more replicas it is the Lease's transition count. */
const epoch = 1;

/** Watches older than this make the gateway unready. */
const staleMsMax = 120_000;

export async function createGateway(deps: GatewayDeps, options: GatewayOptions): Promise<Gateway> {
  const { clock, log, settings } = deps;
  const stop = new AbortController();
  const startedAtMs = clock.nowMs();

  const trustOptions = {
    namespace: options.namespace,
    hosts: ["kambda-link", settings.link.host, `kambda-link.${options.namespace}.svc`],
    fieldManager: fieldManagers.gateway,
  };
  let trust = await ensureTrust(deps, trustOptions);
  const tokens = createTokenVerifier(deps);
  await tokens.refresh();

  const poolShapeOf = (revision: Parameters<typeof buildDedicatedPod>[0]["revision"]) =>
    poolable(revision.spec, settings)
      ? shapeOf(revision.spec, settings, revision.metadata.namespace).hash
      : undefined;
  const catalog = createCatalog({ settings, poolShapeOf });
  const reflectors = {
    functions: createReflector(deps, {
      resource: resources.functions,
      selection: {},
      parse: orError(parseFunction),
      name: "functions",
    }),
    revisions: createReflector(deps, {
      resource: resources.revisions,
      selection: {},
      parse: orError(parseRevision),
      name: "revisions",
    }),
    pods: createReflector(deps, {
      resource: resources.pods,
      selection: { labelSelector: `${labels.component}=${components.environment}` },
      parse: parsePod,
      name: "pods",
    }),
  };
  const podWaiting = createPodWaiting(deps, reflectors.pods.get);
  const code = createCodeSource(deps, startLimits.codeCacheBytesMax);
  const ahead = createAhead({ ...deps, code });
  const adopter = createAdopter({ ...deps, catalog });
  const dismisser = createDismisser(deps);
  const reporter = createReporter({ ...deps, revision: catalog.revision });
  const creator = createCreator({
    ...deps,
    build: (revision, random) =>
      buildDedicatedPod({ revision, random }, settings, { ca: trust.caCertificate }),
    failed: (start, failure) => fleet.startFailed(start, failure),
  });
  const metrics = createGatewayMetrics({ placer: () => fleet.state, links: () => links.count() });
  const fleet = createFleet(
    {
      ...deps,
      catalog,
      code,
      observer: {
        ...metrics.observer,
        initialized(callable, report) {
          metrics.observer.initialized(callable, report);
          reporter.initialized(callable.target.key, report);
          if (report.status === "success") reporter.started(callable.target.key);
        },
        startFailed: reporter.startFailed,
        started: reporter.started,
      },
      hands: {
        create(start) {
          const revision = catalog.revision(start.revisionKey);
          if (revision !== undefined) creator.create(start, revision);
          else fleet.startFailed(start, { kind: "unavailable", message: `${start.revisionKey} is gone` });
        },
        claimStart: creator.claimStart,
        adopt: adopter.adopt,
        dismissed: dismisser.dismissed,
      },
    },
    { epoch },
  );

  reflectors.functions.onChange(catalog.functionChanged);
  reflectors.revisions.onChange(catalog.revisionChanged);
  reflectors.pods.onChange((key, now, before) => {
    const pod = now ?? before;
    if (pod === undefined) return;
    if (now !== undefined) podWaiting.arrived(now);
    creator.podChanged(key, now);
    if (before !== undefined && before.uid !== now?.uid) fleet.podChanged(before, true);
    if (now !== undefined) fleet.podChanged(now, false);
  });
  catalog.onServing((revisionKey, serving) => {
    fleet.serving(revisionKey, serving);
    const archive = catalog.revision(revisionKey)?.spec.code;
    if (serving && archive !== undefined) ahead.want(archive.archiveSha256, archive.archiveBytes);
  });
  const running = [
    ...Object.values(reflectors).map((reflector) => reflector.start(stop.signal)),
    adopter.start(stop.signal),
    reporter.start(stop.signal),
  ];
  await Promise.all(Object.values(reflectors).map((reflector) => reflector.synced));
  fleet.start(stop.signal);

  const judge = createJudge({
    clock,
    tokens,
    pods: { get: reflectors.pods.get, waitFor: podWaiting.waitFor },
    ticketKey: () => Buffer.from(trust.ticketKey, "base64"),
    gatewayStartedAtMs: startedAtMs,
  });
  const links = await createLinkServer(
    { ...deps, judge: judge.judge, listener: fleet },
    {
      host: options.host,
      port: options.ports.link,
      certificate: trust.certificate,
      key: trust.key,
      gatewayId: options.gatewayId,
      epoch,
    },
  );
  const every = (ms: number, what: string, work: () => Promise<void> | void) => {
    const turn = async () => {
      while (!stop.signal.aborted) {
        await clock.sleep(ms, stop.signal);
        try {
          await work();
        } catch (error) {
          log.error(`cannot ${what}; trying again later`, error);
        }
      }
    };
    running.push(
      turn().catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      }),
    );
  };
  every(1_000, "look after pods", () => {
    creator.tick(reflectors.pods);
    dismisser.tick(reflectors.pods);
  });
  every(300_000, "read the cluster's signing keys", tokens.refresh);
  every(trustLimits.checkEveryMs, "renew the link's keys", async () => {
    trust = await ensureTrust(deps, trustOptions);
    links.renew(trust);
  });

  const health = createHealth();
  for (const reflector of Object.values(reflectors))
    health.add(reflector.name, () => stale(reflector.staleMs(), `the watch of ${reflector.name}`));
  health.add("keys", () => (tokens.staleMs() < 86_400_000 ? undefined : "the cluster's keys are a day old"));

  const handlerDeps = { ...deps, catalog, invoke: fleet.invoke };
  const listening = { host: options.host, bodyBytesMax: limits.requestBytesMax };
  const publicListener = await options.listen(
    { ...listening, port: options.ports.public },
    createUrlHandler(handlerDeps),
  );
  const apiListener = await options.listen(
    { ...listening, port: options.ports.api },
    createApiHandler(handlerDeps),
  );
  const metricsListener = await listenForMetrics(
    { port: options.ports.metrics, host: options.host },
    metrics.registry,
    health,
  );
  const ports = {
    public: publicListener.port,
    api: apiListener.port,
    metrics: metricsListener.port,
    link: links.port,
  };
  log.info("the gateway is up", ports);

  return {
    ports,
    /** Takes nothing new, finishes what is in flight, then lets go of the environments: they dial the next gateway. */
    async [Symbol.asyncDispose]() {
      log.info("the gateway is leaving");
      await Promise.all([publicListener.close(), apiListener.close()]);
      await fleet.quiet();
      await links.close();
      stop.abort();
      await metricsListener[Symbol.asyncDispose]();
      await Promise.all(running);
    },
  };
}

function stale(ageMs: number, what: string): string | undefined {
  return ageMs < staleMsMax ? undefined : `${what} was last heard ${Math.round(ageMs / 1000)} s ago`;
}

function orError<T>(parse: (raw: unknown) => T): (raw: KubeObject) => T | Error {
  return (raw) => {
    try {
      return parse(raw);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
}
