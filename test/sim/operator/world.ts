/** The whole operator in one process: a Kubernetes and a code store in memory, a clock that the test moves. */
import { createHealth } from "../../../kernel/health/health.ts";
import { createMemoryKube, type MemoryKube } from "../../../kernel/kube/memory/kube.ts";
import type { Kube, KubeObject } from "../../../kernel/kube/port.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import { settingsSchema } from "../../../kernel/settings/schema.ts";
import { createMemoryStore } from "../../../kernel/store/memory.ts";
import type { CodeStore } from "../../../kernel/store/store.ts";
import { createTestClock, type TestClock } from "../../../kernel/testing/clock.ts";
import { createTestLog, createTestRandom } from "../../../kernel/testing/quiet.ts";
import { createEgress } from "../../../operator/egress/request.ts";
import type { Resolve } from "../../../operator/egress/target.ts";
import { createOperatorMetrics, type OperatorMetrics } from "../../../operator/metrics.ts";
import { operate } from "../../../operator/operate.ts";

export interface Started {
  metrics: OperatorMetrics;
  /** What its readiness probe would be told. */
  problems(): string[];
  /** As SIGTERM: what is in hand ends, the Lease is given back. Throws when it does not leave within a pod's grace. */
  stop(): Promise<void>;
}

export interface OperatorWorld {
  kube: MemoryKube;
  store: CodeStore;
  clock: TestClock;
  log: { lines: string[] };
  /** One more operator process, over this Kubernetes and store or faulty ones. */
  start(identity: string, over?: { kube?: Kube; store?: CodeStore }): Started;
  apply(object: KubeObject): Promise<void>;
  get(plural: keyof typeof resources, name: string): Promise<KubeObject | undefined>;
  /** Lets time pass, a little at a time, until it holds; throws when it never does. */
  until(what: string, holds: () => Promise<boolean> | boolean): Promise<void>;
  /** Names of what is there of a kind. */
  names(plural: keyof typeof resources): string[];
}

/** Each step moves the clock by this, so that a whole wait is bounded in the operator's time as well. */
const stepMs = 250;
const stepsMax = 1200;
/** Packing and hashing take their own time in threads that all tests share, which no clock of ours moves: who leaves late waits for those. */
const quickSteps = 50;
const slowStepMs = 10;
/** A Deployment's pods have this long unless it says otherwise. */
const graceMs = 30_000;

export async function createOperatorWorld(
  settings: object = {},
  resolve: Resolve = async () => [],
): Promise<OperatorWorld> {
  const clock = createTestClock();
  const kube = createMemoryKube(clock);
  const store = createMemoryStore({ clock });
  const log = createTestLog();
  const random = createTestRandom();
  const parsed = settingsSchema.parse(settings);
  await kube.create(resources.configMaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace: "kambda-system", name: "kambda-trust" },
    data: { "ca.crt": "PEM" },
  });

  const turn = (ms = 0) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const names = (plural: keyof typeof resources) =>
    [...kube.objects.entries()]
      .filter(([key]) => key.startsWith(`${resources[plural].plural}/team/`))
      .map(([, object]) => object.metadata.name);

  return {
    kube,
    store,
    clock,
    log,
    names,
    start(identity, over = {}) {
      const stop = new AbortController();
      const egress = createEgress({ clock, settings: parsed, resolve });
      const metrics = createOperatorMetrics();
      const health = createHealth();
      const deps = { kube, store, ...over, clock, random, log, settings: parsed, egress, metrics, health };
      const ended = operate(deps, { namespace: "kambda-system", identity }, stop.signal);
      return {
        metrics,
        problems: health.problems,
        async stop() {
          stop.abort();
          let done = false;
          void ended.then(() => {
            done = true;
          });
          for (let step = 0; !done && step < graceMs / stepMs; step++) {
            await clock.advance(stepMs);
            await turn(step < quickSteps ? 0 : slowStepMs);
          }
          if (!done) throw new Error(`${identity} did not leave`);
        },
      };
    },
    async apply(object) {
      const there = await kube.get(resources.functions, { namespace: "team", name: object.metadata.name });
      if (there === undefined) await kube.create(resources.functions, object);
      else await kube.patch(resources.functions, there.metadata, { spec: object.spec });
    },
    get: (plural, name) => kube.get(resources[plural], { namespace: "team", name }),
    async until(what, holds) {
      for (let step = 0; step < stepsMax; step++) {
        if (await holds()) return;
        await clock.advance(stepMs);
        await turn();
      }
      throw new Error(`never happened: ${what}\n${log.lines.slice(-20).join("\n")}`);
    },
  };
}

/** A Function as a person writes it. */
export function aManifest(name: string, spec: object = {}): KubeObject {
  return {
    apiVersion: "kambda.dev/v1alpha1",
    kind: "Function",
    metadata: { namespace: "team", name },
    spec: {
      runtime: "nodejs24.x",
      handler: "index.handler",
      // What the API server fills in, the Kubernetes in memory does not.
      architectures: ["x86_64"],
      code: { inline: { "index.mjs": `export const handler = async () => "${name}";` } },
      ...spec,
    },
  };
}
