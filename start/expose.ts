/** Makes the three listeners reachable on this machine's loopback, whichever cluster they are on. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { forward } from "../cluster/embedded/forward.ts";
import type { Cluster } from "../cluster/provider.ts";
import { command } from "./command.ts";
import { releaseNamespace } from "./names.ts";
import type { Options } from "./options.ts";
import { stateFolder } from "./paths.ts";
import type { Ports } from "./ports.ts";

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
  for (const listener of ["public", "api", "metrics"] as const) {
    const [service, port] = services[listener].split(":") as [string, string];
    const listen = `127.0.0.1:${ports[listener]}`;
    if (provider.kind === "embedded" && cluster.routed)
      await forward(name, listen, `${await addressOf(service, env)}:${port}`);
    else portForward(name, service, `${ports[listener]}:${port}`, env);
  }
  await Promise.all(Object.values(ports).map(untilListening));
}

async function addressOf(service: string, env: Record<string, string>): Promise<string> {
  const words = ["get", "service", service, "-n", releaseNamespace, "-o", "jsonpath={.spec.clusterIP}"];
  return (await command("kubectl", words, { env })).stdout;
}

/** kubectl's own tunnel, left running: `kubectl port-forward` ends with the cluster or by its pid. */
function portForward(name: string, service: string, ports: string, env: Record<string, string>): void {
  const log = openSync(join(stateFolder, `port-forward-${name}-${service}.log`), "w");
  spawn("kubectl", ["port-forward", "-n", releaseNamespace, `service/${service}`, ports], {
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", log, log],
  }).unref();
  closeSync(log);
}

async function untilListening(port: number): Promise<void> {
  const started = performance.now();
  for (;;) {
    const answered = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    if (performance.now() - started > answersMsMax) throw new Error(`nothing answers on 127.0.0.1:${port}`);
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}
