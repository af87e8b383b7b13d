/** The embedded cluster enforces NetworkPolicies. Every test of isolation elsewhere rests on this one. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { apply, kubectl } from "../../support/kubectl.ts";
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
let server: Probe;

beforeAll(async () => {
  namespace = await makeNamespace("netpol");
  [client, server] = await Promise.all([
    startProbe(namespace, probePod("client")),
    startProbe(namespace, probePod("server")),
  ]);
});
afterAll(() => removeNamespace(namespace));

const policy = (name: string, app: string, spec: Record<string, unknown>): Specified => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name },
  spec: { podSelector: { matchLabels: { app } }, ...spec },
});
const reaches = () => client.connects(`${server.address}:${port}`);
const becomes = (expected: boolean) =>
  until(
    `the connection to be ${expected ? "made" : "refused"}`,
    60,
    async () => (await reaches()) === expected,
  );

async function during(made: Specified, check: () => Promise<void>): Promise<void> {
  await apply([made], ["-n", namespace]);
  try {
    await check();
  } finally {
    await kubectl(["delete", "networkpolicy", made.metadata.name, "-n", namespace]);
  }
}

describe("a NetworkPolicy", () => {
  test("that denies ingress cuts a connection that worked, until it is deleted", async () => {
    await becomes(true);
    await during(policy("deny-in", "server", { policyTypes: ["Ingress"] }), async () => {
      await becomes(false);
      // The machine the node runs on counts as the node, whose probes no policy keeps out.
      expect((await server.ask("/")).ok).toBe(true);
    });
    await becomes(true);
  });

  test("that denies egress cuts a connection that worked, until it is deleted", async () => {
    await becomes(true);
    await during(policy("deny-out", "client", { policyTypes: ["Egress"] }), () =>
      becomes(false).then(() => {}),
    );
    await becomes(true);
  });

  test("that denies egress keeps a pod from the API server, which runs on its node", async () => {
    const apiServer = "kubernetes.default.svc.cluster.local:443";
    await until("the API server to be reached", 60, () => client.connects(apiServer));
    const dnsOnly = policy("dns-only", "client", {
      policyTypes: ["Egress"],
      egress: [
        {
          to: [{ namespaceSelector: {}, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
          ports: [
            { port: 53, protocol: "UDP" },
            { port: 53, protocol: "TCP" },
          ],
        },
      ],
    });
    await during(dnsOnly, async () => {
      await becomes(false);
      expect((await client.ask("/lookup?name=kubernetes.default.svc.cluster.local")).ok).toBe(true);
      await until("the API server to be out of reach", 60, async () => !(await client.connects(apiServer)));
    });
  });

  test("lets through exactly the peers and named ports it allows", async () => {
    const stranger = await startProbe(namespace, probePod("stranger"));
    const allow = policy("allow-client", "server", {
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "client" } } }], ports: [{ port: "probe" }] }],
    });
    await during(allow, async () => {
      await until(
        "the stranger to be kept out",
        60,
        async () => !(await stranger.connects(`${server.address}:${port}`)),
      );
      await becomes(true);
    });
  });

  test("holds from the first packet of a pod that starts under it", async () => {
    const target = `${server.address}:${port}`;
    await during(policy("deny-late", "late", { policyTypes: ["Egress"] }), async () => {
      const late = await startProbe(namespace, probePod("late", { first: target }));
      expect((await late.ask("/first")).ok).toBe(false);
    });
    const free = await startProbe(namespace, probePod("free", { first: target }));
    expect((await free.ask("/first")).ok).toBe(true);
  });
});
