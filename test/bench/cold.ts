/** Cold starts: functions that were never invoked, each asked once, with and without a warm pool to claim from. */

import { type Percentiles, percentiles } from "./percentiles.ts";
import { type Phases, readPhases, subtractPhases } from "./phases.ts";
import {
  addressOf,
  applyFunctions,
  kubectl,
  namespace,
  pods,
  releaseNamespace,
  type World,
} from "./world.ts";

export interface Cold {
  way: "pool" | "noPool";
  starts: number;
  /** Request sent to answer read, at the client. */
  totalMs: Percentiles;
  /** Means over the run, as gateway and environment measured them. */
  phasesMs: Phases;
}

const publicPort = 8080;
const poolReadyMsMax = 60_000;
const pollMs = 100;
const poolSelector = "kambda.dev/component=environment,kambda.dev/claim=pool";

/** Functions differ in a variable only, so that all share one shape; those without a pool take theirs from a ConfigMap. */
export async function measureCold(world: World, way: Cold["way"], starts: number): Promise<Cold> {
  const names = Array.from({ length: starts }, (_, index) => `cold-${way.toLowerCase()}-${index}`);
  if (way === "noPool") {
    await kubectl(world, ["create", "configmap", "cold", "-n", namespace, "--from-literal=value=1"]);
  }
  const from = {
    environment: { from: [{ name: "FROM_CONFIG", configMapKeyRef: { name: "cold", key: "value" } }] },
  };
  const own = (name: string) => ({ environment: { variables: { NAME: name } } });
  const paths = await applyFunctions(
    world,
    names.map((name) => ({ name, spec: way === "pool" ? own(name) : from })),
  );
  const address = await addressOf(world, releaseNamespace, "app.kubernetes.io/component=gateway");
  const before = await readPhases(address);
  const totals: number[] = [];
  for (const path of paths) {
    if (way === "pool") await untilPoolReady(world);
    const startedMs = performance.now();
    const response = await fetch(`http://${address}:${publicPort}${path}`);
    const answer = await response.text();
    if (!response.ok) throw new Error(`a cold start answered ${response.status}: ${answer}`);
    totals.push(performance.now() - startedMs);
  }
  const phasesMs = subtractPhases(await readPhases(address), before);
  await kubectl(world, [
    "delete",
    "-n",
    namespace,
    ...names.map((name) => `function.kambda.dev/${name}`),
    "--timeout=120s",
  ]);
  return { way, starts, totalMs: percentiles(totals), phasesMs };
}

/** Claims are spaced by the refill: what is measured is a start from a pool, not a race against it. */
async function untilPoolReady(world: World): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    const running = (await pods(world, namespace, poolSelector)).filter(
      ({ status }) => status.phase === "Running",
    );
    // Running is the kubelet's word; a moment later the environment has dialled home.
    await new Promise((resolve) => setTimeout(resolve, running.length > 0 ? 1_500 : pollMs));
    if (running.length > 0) return;
    if (performance.now() - startedMs > poolReadyMsMax)
      throw new Error(`no pool in ${namespace} after ${poolReadyMsMax} ms`);
  }
}
