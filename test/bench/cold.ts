/** Cold starts: functions that were never invoked, each asked once, one after the other. */
import { type Percentiles, percentiles } from "./percentiles.ts";
import { type Phases, readPhases, subtractPhases } from "./phases.ts";
import { pauseRefill, poolSizeMin, resumeRefill, untilPoolSteady } from "./pool.ts";
import { addressOf, applyFunctions, kubectl, namespace, releaseNamespace, type World } from "./world.ts";

export interface ColdCase {
  name: string;
  starts: number;
  /** Of each function, beside its name. */
  spec: Record<string, unknown>;
  /** Where the environments come from: a pool that nobody refills meanwhile, one that is refilled, or a pod made for each. */
  from: "paused" | "refilled" | "pod";
}

export interface Cold {
  name: string;
  starts: number;
  /** Request sent to answer read, at the client. */
  totalMs: Percentiles;
  /** Means over the run, as gateway and environment measured them. */
  phasesMs: Phases;
}

const publicPort = 8080;
/** Between two claims, for the last one's traces to be gone. */
const spacingMs = 300;

/** Functions differ in a variable only, so that all share one shape. */
export async function measureCold(world: World, { name, starts, spec, from }: ColdCase): Promise<Cold> {
  const names = Array.from(
    { length: starts },
    (_, index) => `${name.replaceAll(/[^a-z0-9]+/g, "-")}-${index}`,
  );
  const paths = await applyFunctions(
    world,
    names.map((one) => ({ name: one, spec: { environment: { variables: { NAME: one } }, ...spec } })),
  );
  const address = await addressOf(world, releaseNamespace, "app.kubernetes.io/component=gateway");
  const ask = async (path: string) => {
    await new Promise((resolve) => setTimeout(resolve, spacingMs));
    const startedMs = performance.now();
    const response = await fetch(`http://${address}:${publicPort}${path}`);
    const answer = await response.text();
    if (!response.ok) throw new Error(`a cold start answered ${response.status}: ${answer}`);
    return performance.now() - startedMs;
  };
  const before = await readPhases(address);
  const totals: number[] = [];
  const left = [...paths];
  while (left.length > 0) {
    const batch = left.splice(
      0,
      from === "pod" ? 1 : await untilPoolSteady(world, from === "paused" ? poolSizeMin : 1),
    );
    if (from === "paused") await pauseRefill(world);
    for (const path of batch) totals.push(await ask(path));
    if (from === "paused") await resumeRefill(world);
    process.stderr.write(`${name}: ${totals.length} of ${starts}\n`);
  }
  const phasesMs = subtractPhases(await readPhases(address), before);
  const objects = names.map((one) => `function.kambda.dev/${one}`);
  await kubectl(world, ["delete", "-n", namespace, ...objects, "--timeout=180s"]);
  return { name, starts, totalMs: percentiles(totals), phasesMs };
}
