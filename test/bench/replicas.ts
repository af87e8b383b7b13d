/**
 * What an invocation costs at the gateway that places it, and at one that asks another for each: two gateways, the same load sent to
 * each in turn. The environments and their work are the same, so what differs is the way.
 */

import { releaseNamespace } from "../../start/names.ts";
import { isGateway } from "../support/processes.ts";
import { type Gateway, publicUrl, scaleGateways } from "./gateways.ts";
import { load, type Measured } from "./load.ts";
import { figuresIn } from "./processes.ts";
import { warm } from "./warming.ts";
import { applyFunctions, clear, kubectl, type World } from "./world.ts";

export interface Replica extends Measured {
  asked: "placer" | "other";
  connections: number;
  /** Of the gateway that was asked, and of the one that was not. */
  askedCpuMsPerInvocation: number;
  restCpuMsPerInvocation: number;
}

const placerLease = "kambda-placer-0";
const name = "replicas";
const rounds = 2;

export async function measureReplicas(
  world: World,
  connections: number,
  seconds: number,
): Promise<Replica[]> {
  const both = await scaleGateways(world, 2);
  try {
    const [path] = await applyFunctions(world, [{ name }]);
    const holder = await kubectl(world, [
      ...["get", "lease", placerLease, "-n", releaseNamespace],
      ...["-o", "jsonpath={.spec.holderIdentity}"],
    ]);
    const placer = both.find(({ pod }) => holder.startsWith(`${pod.name}/`));
    const other = both.find((one) => one !== placer);
    if (placer === undefined || other === undefined) throw new Error(`no gateway is the placer, ${holder}`);
    const at = (gateway: Gateway) =>
      ({ url: publicUrl(gateway, path), method: "GET", headers: {}, connections }) as const;
    for (const gateway of both) await warm(world, name, at(gateway));
    const measured: Replica[] = [];
    for (let round = 0; round < rounds; round++)
      for (const asked of [placer, other]) {
        const cpuMs = async () => ({
          asked: (await figuresIn([asked.pod], isGateway)).cpuMs,
          both: (await figuresIn([placer.pod, other.pod], isGateway)).cpuMs,
        });
        const before = await cpuMs();
        const run = await load({ ...at(asked), seconds });
        const after = await cpuMs();
        const askedMs = after.asked - before.asked;
        measured.push({
          asked: asked === placer ? "placer" : "other",
          connections,
          ...run,
          askedCpuMsPerInvocation: askedMs / run.requests,
          restCpuMsPerInvocation: (after.both - before.both - askedMs) / run.requests,
        });
      }
    return measured;
  } finally {
    await clear(world);
    await scaleGateways(world, 1);
  }
}
