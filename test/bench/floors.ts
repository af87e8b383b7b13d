/** The floors of the same run: what this machine needs at the least for a pod to call home, and for the handler alone. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSystemClock } from "../../kernel/clock/clock.ts";
import { createFetchKube } from "../../kernel/kube/fetch.ts";
import { findCredentials } from "../../kernel/kube/find.ts";
import type { Kube, KubeObject } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { code, linkToken, type Mounted, tmp } from "../../kernel/pod/volumes.ts";
import { load, type Measured } from "./load.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";
import { handlerSource, kubectl, namespace, type World } from "./world.ts";

export interface Floors {
  /** From asking the API server for a pod with our smallest process, as a gateway asks, to its first connection home, ms. */
  barePodMs: Percentiles;
  /** The same with the volumes of an environment: the kubelet looks every 300 ms whether they are mounted. */
  barePodWithVolumesMs: Percentiles;
  /** The same handler behind a plain node:http server in the same image, no Kambda in between: called directly. */
  direct: (Measured & { connections: number })[];
}

const callMsMax = 60_000;
const directPort = 8080;
const tmpMb = 512;

/** `homeAddress`: an address of this machine that pods can reach. `image`: the Node.js runtime's. */
export async function measureFloors(
  world: World,
  {
    homeAddress,
    image,
    podStarts,
    concurrencies,
    seconds,
  }: { homeAddress: string; image: string; podStarts: number; concurrencies: number[]; seconds: number },
): Promise<Floors> {
  const kube = createFetchKube(await findCredentials({ clock: createSystemClock() }, process.env));
  const bare: number[] = [];
  const withVolumes: number[] = [];
  for (let index = 0; index < podStarts; index++) {
    bare.push(await barePod({ world, kube }, `bare-${index}`, { image, homeAddress, mounted: [] }));
    const mounted = [tmp(tmpMb), ...code(), linkToken()];
    withVolumes.push(await barePod({ world, kube }, `volumes-${index}`, { image, homeAddress, mounted }));
  }
  return {
    barePodMs: percentiles(bare),
    barePodWithVolumesMs: percentiles(withVolumes),
    direct: await direct(world, image, concurrencies, seconds),
  };
}

async function barePod(
  { world, kube }: { world: World; kube: Kube },
  name: string,
  { image, homeAddress, mounted }: { image: string; homeAddress: string; mounted: Mounted[] },
): Promise<number> {
  const called = Promise.withResolvers<number>();
  const home = createServer((_request, response) => {
    called.resolve(performance.now());
    response.end();
  });
  await new Promise<void>((resolve) => home.listen(0, homeAddress, resolve));
  const { port } = home.address() as AddressInfo;
  const timer = setTimeout(
    () => called.reject(new Error(`pod ${name} did not call home in ${callMsMax} ms`)),
    callMsMax,
  );
  try {
    const script = `await fetch("http://${homeAddress}:${port}/")`;
    const startedMs = performance.now();
    await kube.create(resources.pods, pod(name, image, ["/kambda/bin/bun", "-e", script], mounted));
    return (await called.promise) - startedMs;
  } finally {
    clearTimeout(timer);
    home.close();
    await kubectl(world, ["delete", "pod", name, "-n", namespace, "--grace-period=0", "--timeout=60s"]);
  }
}

async function direct(
  world: World,
  image: string,
  concurrencies: number[],
  seconds: number,
): Promise<Floors["direct"]> {
  const source = handlerSource.replace("export const handler", "const handler");
  const server = `${source}require("node:http").createServer((request, response) => handler().then((value) => {
    response.setHeader("content-type", "application/json"); response.end(JSON.stringify(value)); })).listen(${directPort});`;
  await kubectl(
    world,
    ["create", "-f", "-"],
    JSON.stringify(pod("direct", image, ["/var/lang/bin/node", "-e", server], [])),
  );
  await kubectl(world, ["wait", "pod/direct", "-n", namespace, "--for=condition=Ready", "--timeout=60s"]);
  const address = await kubectl(world, [
    "get",
    "pod",
    "direct",
    "-n",
    namespace,
    "-o",
    "jsonpath={.status.podIP}",
  ]);
  const measured: Floors["direct"] = [];
  for (const connections of concurrencies) {
    const url = `http://${address}:${directPort}/`;
    const options = { url, method: "GET", headers: {}, connections } as const;
    await load({ ...options, seconds: 1 });
    measured.push({ connections, ...(await load({ ...options, seconds })) });
  }
  await kubectl(world, ["delete", "pod", "direct", "-n", namespace, "--grace-period=0", "--force"]);
  return measured;
}

function pod(name: string, image: string, command: string[], mounted: Mounted[]): KubeObject {
  const volumeMounts = mounted.map(({ mount }) => mount);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      containers: [{ name: "main", image, command, imagePullPolicy: "IfNotPresent", volumeMounts }],
      volumes: mounted.map(({ volume }) => volume),
    },
  };
}
