/** The operator as a process, over HTTP to an empty API server and with a NATS that is not there. */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runOperator } from "../../../operator/app.ts";
import { freePort } from "../../support/freeport.ts";

let folder: string;
let server: Server;
/** What was written of the Lease, and how. */
const leases: { method: string | undefined; holder: string | undefined }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kambda-operator-"));
  server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cluster = { name: "c", cluster: { server: url, "insecure-skip-tls-verify": true } };
  const context = { name: "c", context: { cluster: "c", user: "u" } };
  const users = [{ name: "u", user: { token: "t" } }];
  const config = { clusters: [cluster], contexts: [context], users, "current-context": "c" };
  await writeFile(join(folder, "kubeconfig"), JSON.stringify(config));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

/** Nothing is there, watches stay silent, and whoever comes is given the Lease. */
const answer: Parameters<typeof createServer>[1] = (request, response) => {
  const url = new URL(request.url ?? "/", "http://server");
  if (url.searchParams.has("watch")) {
    response.writeHead(200).flushHeaders();
    return;
  }
  if (!url.pathname.includes("/leases")) {
    response.end(JSON.stringify({ items: [], metadata: { resourceVersion: "1" } }));
    return;
  }
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    if (request.method === "GET") response.writeHead(404).end();
    else {
      const lease = JSON.parse(Buffer.concat(chunks).toString()) as {
        metadata: object;
        spec?: { holderIdentity?: string };
      };
      leases.push({ method: request.method, holder: lease.spec?.holderIdentity });
      response.end(JSON.stringify({ ...lease, metadata: { ...lease.metadata, resourceVersion: "1" } }));
    }
  });
};

/** Keys are made first, on a machine that may have much else to do. */
const waitMsMax = 60_000;

test("it starts without NATS: it becomes ready, leads, and leaves when told to", async () => {
  const port = await freePort();
  const stop = new AbortController();
  const running = runOperator(
    {
      KUBECONFIG: join(folder, "kubeconfig"),
      KAMBDA_NAMESPACE: "kambda-system",
      KAMBDA_POD_NAME: "operator",
      // Discard's port: nobody listens there.
      KAMBDA_NATS_URL: "nats://127.0.0.1:9",
      KAMBDA_LOG_LEVEL: "error",
      KAMBDA_METRICS_PORT: String(port),
    },
    stop.signal,
  );
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  await vi.waitFor(async () => expect(await ask("/readyz")).toBe("ok\n"), waitMsMax);
  await vi.waitFor(
    async () => expect(await ask("/metrics")).toContain("\nkambda_operator_leading 1\n"),
    waitMsMax,
  );
  stop.abort();
  expect(await running).toBeUndefined();
  // It was taken, and given back; how often it was renewed meanwhile is the machine's affair.
  expect(leases[0]).toEqual({ method: "POST", holder: "operator" });
  expect(leases.at(-1)).toEqual({ method: "PUT", holder: "" });
}, 150_000);
