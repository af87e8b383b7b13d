/** The path of an invocation without a cluster: a gateway process and real supervisors with their runtimes, on loopback. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { type Supervisor, startSupervisor } from "../../conformance/harness/supervisor.ts";

const bun = resolve(import.meta.dir, "../../../node_modules/bun/bin/bun.exe");

const saidSchema = z.object({
  ports: z.object({ public: z.number(), metrics: z.number(), link: z.number() }),
  ca: z.string(),
  tokens: z.array(z.string()),
  path: z.string(),
});

/** PID 1 of its own processes, as in a pod: it looks at all it can see in /proc. */
const asInPod =
  "unshare --pid --fork --kill-child --mount-proc setpriv --reuid 993 --regid 990 --clear-groups".split(" ");

/** More variables of the supervisors, as JSON: to try the engine's own settings. */
const supervisorVariables = z
  .record(z.string(), z.string())
  .parse(JSON.parse(process.env.BENCH_SUPERVISOR_VARIABLES ?? "{}"));

export interface PathWorld extends AsyncDisposable {
  url: string;
  gatewayPid: number;
  supervisorPids: number[];
}

export async function startPathWorld(environments: number): Promise<PathWorld> {
  const folder = mkdtempSync(join(tmpdir(), "kambda-bench-path-"));
  chmodSync(folder, 0o755);
  const flags = (process.env.BENCH_GATEWAY_FLAGS ?? "").split(" ").filter((flag) => flag !== "");
  const gateway = spawn(bun, [...flags, join(import.meta.dir, "gateway.ts"), String(environments)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { ports, ca, tokens, path } = saidSchema.parse(JSON.parse(await firstLine(gateway)));
  const supervisors = tokens.map((token, index): Supervisor => {
    const tokenPath = join(folder, `token-${index}`);
    writeFileSync(tokenPath, token);
    const extra = { KAMBDA_TOKEN_PATH: tokenPath, ...supervisorVariables };
    return startSupervisor("nodejs24.x", { port: ports.link, ca }, extra, {}, asInPod);
  });
  await linked(ports.metrics, environments);
  const supervisorPids = supervisors.flatMap(({ pid }) => childrenOf(pid));
  return {
    url: `http://127.0.0.1:${ports.public}${path}`,
    gatewayPid: gateway.pid ?? 0,
    supervisorPids,
    async [Symbol.asyncDispose]() {
      const ended = once(gateway, "exit");
      // What started them passes no signal on.
      for (const pid of supervisorPids) process.kill(pid, "SIGTERM");
      await Promise.all(supervisors.map((supervisor) => supervisor.dispose()));
      gateway.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A supervisor that is still starting would be measured as well. */
async function linked(metricsPort: number, environments: number): Promise<void> {
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    if (text.includes(`\nkambda_links ${environments}\n`)) return;
    await Bun.sleep(100);
  }
}

export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
      .trim()
      .split(" ")
      .filter((one) => one !== "")
      .map(Number),
  );
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the gateway has no output");
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error("the gateway ended before it said where it is");
}
