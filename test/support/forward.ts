/** kubectl's tunnel to a Service, for as long as a test needs it. */
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { freePort } from "./freeport.ts";
import { environment } from "./kubectl.ts";
import { until } from "./until.ts";

export interface Forward extends AsyncDisposable {
  /** `127.0.0.1:port` */
  address: string;
}

const openSeconds = 20;

export async function forward(namespace: string, service: string, port: number): Promise<Forward> {
  const local = await freePort();
  const child = spawn(
    "kubectl",
    ["port-forward", "-n", namespace, `service/${service}`, `${local}:${port}`],
    {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await until(`the tunnel to ${service}`, openSeconds, async () => {
    if (child.exitCode !== null) throw new Error(`kubectl port-forward ended: ${said}`);
    return await listens(local);
  });
  return {
    address: `127.0.0.1:${local}`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
