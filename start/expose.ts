/** Makes the three listeners reachable on this machine's loopback, whichever cluster they are on. */
import { forward } from "../cluster/embedded/forward.ts";
import type { Cluster } from "../cluster/provider.ts";
import { run } from "../program/run.ts";
import { releaseNamespace } from "./names.ts";
import type { Options } from "./options.ts";
import type { Ports } from "./ports.ts";
import { openTunnels } from "./tunnel.ts";

const services = {
  public: "kambda-public:80",
  api: "kambda-api:80",
  metrics: "kambda-metrics:9090",
} as const;
const answersMsMax = 20_000;
const retryMs = 100;

export async function expose(
  { name, provider }: Pick<Options, "name" | "provider">,
  cluster: Cluster,
  env: Record<string, string>,
  ports: Ports,
): Promise<void> {
  const listeners = (["public", "api", "metrics"] as const).map((listener) => {
    const [service, port] = services[listener].split(":") as [string, string];
    return { service, port, local: ports[listener] };
  });
  if (provider.kind === "embedded" && cluster.routed) {
    for (const { service, port, local } of listeners)
      await forward(name, `127.0.0.1:${local}`, `${await addressOf(service, env)}:${port}`);
  } else {
    const tunnels = listeners.map(({ service, port, local }) => ({ service, ports: `${local}:${port}` }));
    await openTunnels(name, tunnels, env);
  }
  await Promise.all(Object.values(ports).map(untilListening));
}

async function addressOf(service: string, env: Record<string, string>): Promise<string> {
  const words = ["get", "service", service, "-n", releaseNamespace, "-o", "jsonpath={.spec.clusterIP}"];
  return (await run("kubectl", words, { env })).stdout;
}

async function untilListening(port: number): Promise<void> {
  const started = performance.now();
  for (;;) {
    const answered = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    if (performance.now() - started > answersMsMax)
      throw new Error(
        `nothing answers on 127.0.0.1:${port}: \`kubectl get pods -n ${releaseNamespace}\` shows the gateway`,
      );
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}
