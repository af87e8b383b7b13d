/**
 * The operator in this process, with the rights of the real one, on the cluster and NATS of the installation. The installed
 * operator rests meanwhile: two would do each other's work.
 */
import { randomBytes } from "node:crypto";
import { createSystemClock } from "../../../kernel/clock/clock.ts";
import { createHealth } from "../../../kernel/health/health.ts";
import type { Credentials } from "../../../kernel/kube/credentials.ts";
import { createFetchKube } from "../../../kernel/kube/fetch.ts";
import { findCredentials } from "../../../kernel/kube/find.ts";
import type { Kube, KubeObject } from "../../../kernel/kube/port.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import { createSystemRandom } from "../../../kernel/random/random.ts";
import { type Settings, settingsSchema } from "../../../kernel/settings/schema.ts";
import { type CodeStore, createCodeStore } from "../../../kernel/store/store.ts";
import { createTestLog } from "../../../kernel/testing/quiet.ts";
import { createEgress } from "../../../operator/egress/request.ts";
import { resolveBySystem } from "../../../operator/egress/target.ts";
import { createOperatorMetrics } from "../../../operator/metrics.ts";
import { operate } from "../../../operator/operate.ts";
import { installation } from "../../support/installation.ts";
import { environment, kubectl } from "../../support/kubectl.ts";
import { type TestNats, testNats } from "../../support/nats.ts";

export interface RunningOperator extends AsyncDisposable {
  log: { lines: string[] };
  /** May be called again. */
  stop(): Promise<void>;
}

export interface OperatorWorld extends AsyncDisposable {
  namespace: string;
  /** As whoever runs the tests. */
  kube: Kube;
  store: CodeStore;
  /** Over the kubeconfig's server, or another address of it. */
  start(server?: string): Promise<RunningOperator>;
  status(name: string): Promise<Record<string, unknown>>;
}

const clock = createSystemClock();
const deployment = ["deployment", "kambda-operator", "-n", installation.namespace];

export async function operatorWorld(settings: object = {}): Promise<OperatorWorld> {
  const credentials = await findCredentials({ clock }, environment);
  const kube = createFetchKube(credentials);
  const namespace = `integration-operator-${randomBytes(3).toString("hex")}`;
  await kube.create(resources.namespaces, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  const replicas = await rest();
  const nats: TestNats = await testNats("integration-operator");
  const store = createCodeStore(nats.connection, { replicas: 1 });
  const parsed = await settingsOf(kube, settings);
  let started = 0;

  return {
    namespace,
    kube,
    store,
    async start(server = credentials.server) {
      const log = createTestLog();
      const stop = new AbortController();
      const deps = {
        kube: createFetchKube(asOperator(credentials, server)),
        clock,
        random: createSystemRandom(),
        log,
        settings: parsed,
        store,
        egress: createEgress({ clock, settings: parsed, resolve: resolveBySystem }),
        metrics: createOperatorMetrics(),
        health: createHealth(),
      };
      const identity = `${namespace}-${started++}`;
      const ended = operate(deps, { namespace: installation.namespace, identity }, stop.signal);
      const end = async () => {
        stop.abort();
        await ended;
      };
      return { log, stop: end, [Symbol.asyncDispose]: end };
    },
    async status(name) {
      const found: KubeObject | undefined = await kube.get(resources.functions, { namespace, name });
      return (found?.status ?? {}) as Record<string, unknown>;
    },
    async [Symbol.asyncDispose]() {
      await kube.remove(resources.namespaces, { name: namespace });
      await nats[Symbol.asyncDispose]();
      if (replicas !== undefined) await kubectl(["scale", ...deployment, `--replicas=${replicas}`]);
    },
  };
}

/** Puts the installed operator to rest; how many replicas it had, undefined where none is installed. */
async function rest(): Promise<string | undefined> {
  const words = ["get", ...deployment, "--ignore-not-found", "-o", "jsonpath={.spec.replicas}"];
  const replicas = await kubectl(words);
  if (replicas === "") return undefined;
  await kubectl(["scale", ...deployment, "--replicas=0"]);
  const selector = "app.kubernetes.io/component=operator";
  await kubectl([
    "wait",
    "pod",
    "-n",
    installation.namespace,
    "-l",
    selector,
    "--for=delete",
    "--timeout=60s",
  ]);
  return replicas;
}

/** The installation's own, so that pools are made of images that are there. */
async function settingsOf(kube: Kube, over: object): Promise<Settings> {
  const key = { namespace: installation.namespace, name: "kambda-settings" };
  const data = (await kube.get(resources.configMaps, key))?.data as Record<string, string> | undefined;
  const installed = JSON.parse(data?.["settings.json"] ?? "{}") as object;
  return settingsSchema.parse({ ...installed, ...over });
}

/** Its rights are the chart's, so that what it lacks shows here. */
function asOperator(credentials: Credentials, server: string): Credentials {
  const account = `system:serviceaccount:${installation.namespace}:kambda-operator`;
  return {
    server,
    headers: async () => ({ ...(await credentials.headers()), "impersonate-user": account }),
    async tls() {
      const tls = await credentials.tls();
      // A relay has another name than the server behind it.
      return server === credentials.server ? tls : { ...tls, checkServerIdentity: () => undefined };
    },
  };
}
