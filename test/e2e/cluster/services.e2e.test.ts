/** Services of the embedded cluster: by name, by address, from pods and from this machine. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { apply, get } from "../../support/kubectl.ts";
import { until } from "../../support/until.ts";
import {
  makeNamespace,
  type Probe,
  port,
  probePod,
  removeNamespace,
  type Specified,
  startProbe,
} from "./probe.ts";

setDefaultTimeout(120_000);

let namespace: string;
let client: Probe;
let clusterIP: string;

beforeAll(async () => {
  namespace = await makeNamespace("services");
  [client] = await Promise.all([
    startProbe(namespace, probePod("client")),
    startProbe(namespace, probePod("server")),
  ]);
  const spec = { selector: { app: "server" }, ports: [{ port: 80, targetPort: "probe" }] };
  await apply(
    [{ apiVersion: "v1", kind: "Service", metadata: { name: "server" }, spec } as Specified],
    ["-n", namespace],
  );
  clusterIP = (await get("service", "server", namespace))?.spec?.clusterIP as string;
});
afterAll(() => removeNamespace(namespace));

test("a pod finds a Service by its name and reaches the pods behind it", async () => {
  await until("the Service to answer by name", 60, () => client.connects(`server.${namespace}:80`));
  expect((await client.ask(`/lookup?name=server.${namespace}.svc.cluster.local`)).detail).toContain(
    clusterIP,
  );
});

test("this machine reaches a Service's address through the cluster's route", async () => {
  const answered = await until("the Service to answer", 60, async () => {
    const answer = await fetch(`http://${clusterIP}/`, { signal: AbortSignal.timeout(1_000) });
    return (await answer.json()) as { detail: string };
  });
  expect(answered.detail).toBe("here");
});

test("a pod of a Service reaches itself through the Service", async () => {
  const server = (await get("pod", "server", namespace))?.status?.podIP as string;
  const asked = `http://${server}:${port}/dial?to=${clusterIP}:80`;
  const itself = await until("the Service to answer its own pod", 60, async () => {
    const outcome = (await (await fetch(asked)).json()) as { ok: boolean };
    return outcome.ok;
  });
  expect(itself).toBe(true);
});

test("a name outside the cluster is refused at once", async () => {
  expect((await client.ask("/lookup?name=example.com")).detail).toContain("no such host");
});
