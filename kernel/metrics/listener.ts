/** The metrics listener: `/metrics` for Prometheus, `/healthz` and `/readyz` for the kubelet. Nothing of users is served here. */
import { createServer, type ServerResponse } from "node:http";
import type { Health } from "../health/health.ts";
import { listen } from "../socket/listen.ts";

/** What a scrape gets; prom-client's Registry is one. */
export interface Exposition {
  readonly contentType: string;
  metrics(): Promise<string>;
}

export interface MetricsListener extends AsyncDisposable {
  readonly port: number;
}

/** Slow or idle clients are cut off after this. */
export const requestMsMax = 10_000;

/** Port 0 takes any free one. */
export async function listenForMetrics(
  options: { port: number; host?: string },
  exposition: Exposition,
  health: Health,
): Promise<MetricsListener> {
  const server = createServer(
    { requestTimeout: requestMsMax, headersTimeout: requestMsMax },
    (request, response) => {
      const path = (request.url ?? "/").split("?")[0];
      if (path === "/healthz") answer(response, 200, "ok\n");
      else if (path === "/readyz") {
        const problems = health.problems();
        if (problems.length === 0) answer(response, 200, "ok\n");
        else answer(response, 503, `${problems.join("\n")}\n`);
      } else if (path === "/metrics") {
        exposition.metrics().then(
          (text) => answer(response, 200, text, exposition.contentType),
          (error: unknown) => answer(response, 500, `cannot collect the metrics: ${String(error)}\n`),
        );
      } else answer(response, 404, "there is /metrics, /healthz and /readyz\n");
    },
  );
  const port = await listen(server, { host: options.host ?? "::", port: options.port });
  return {
    port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, body: string, type = "text/plain; charset=utf-8") {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
