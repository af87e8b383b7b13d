/** A gateway that starts while NATS is away: environments that have their code need no NATS, so it serves. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { runGateway } from "../../../gateway/app.ts";
import { freePort } from "../../support/freeport.ts";
import { environment as installed, kubectl } from "../../support/kubectl.ts";
import { until } from "../../support/until.ts";

setDefaultTimeout(60_000);
const namespace = `integration-natsaway-${randomBytes(3).toString("hex")}`;

beforeAll(() => kubectl(["create", "namespace", namespace]).then(() => undefined));
afterAll(() => kubectl(["delete", "namespace", namespace, "--wait=false"]).then(() => undefined));

test("becomes ready, and leaves when told to", async () => {
  const port = await freePort();
  const stop = new AbortController();
  const running = runGateway(
    {
      KUBECONFIG: installed.KUBECONFIG,
      KAMBDA_NAMESPACE: namespace,
      KAMBDA_POD_NAME: "integration",
      KAMBDA_HOST: "127.0.0.1",
      // Discard's port: nobody listens there.
      KAMBDA_NATS_URL: "nats://127.0.0.1:9",
      KAMBDA_LOG_LEVEL: "error",
      KAMBDA_PUBLIC_PORT: "0",
      KAMBDA_API_PORT: "0",
      KAMBDA_LINK_PORT: "0",
      KAMBDA_PEER_PORT: "0",
      KAMBDA_METRICS_PORT: String(port),
    },
    stop.signal,
  );
  await until("the gateway to be ready", 30, async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok);
  stop.abort();
  expect(await running).toBeUndefined();
});
