/** What user code can reach from inside its environment, who may dial the link, and what the network lets through. */
import { describe, expect, test } from "bun:test";
import { bundle } from "../support/bundle.ts";
import { installation } from "../support/installation.ts";
import { kubectl, type Manifest } from "../support/kubectl.ts";
import { aFunction, aHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { scriptPod } from "../support/pod.ts";
import type { Dial, Dialed } from "../support/pods/dialer.ts";
import { until } from "../support/until.ts";

const link = { host: `kambda-link.${installation.namespace}.svc`, port: 7443 };

/** Runs any code it is sent, as the worst function would. */
const hostile = aFunction("hostile", {
  timeout: 20,
  memorySize: 256,
  code: {
    inline: {
      "index.mjs": `import fs from "node:fs"; import net from "node:net"; import child from "node:child_process";
const attempt = (call) => { try { return { done: String(call()).slice(0, 2000) }; } catch (error) { return { refused: error.code ?? error.message }; } };
const AsyncFunction = (async () => {}).constructor;
export const handler = (event) => new AsyncFunction("fs", "net", "child", "attempt", event.code)(fs, net, child, attempt);`,
    },
  },
});

const namespace = testNamespace("security", (made) => made.ready(hostile));

type Attempt = { done: string; refused?: undefined } | { refused: string; done?: undefined };
const inside = async <T>(code: string): Promise<T> => {
  const invocation = await namespace.sdk.invoke("hostile", { code });
  if (invocation.functionError !== undefined) throw new Error(invocation.text);
  return invocation.json<T>();
};
const tryInside = (code: string) => inside<Attempt>(`return attempt(() => ${code});`);

describe("from inside its environment, a function", () => {
  test("runs as a restricted pod: the namespace enforces the standard and admitted it", async () => {
    await namespace.sdk.invoke("hostile", { code: "return 1;" });
    const [environment] = await until("its pod", 60, async () => {
      const found = await namespace.environmentsOf("hostile");
      return found.length > 0 ? found : undefined;
    });
    const spec = environment?.spec as { containers: { ports?: unknown; securityContext: unknown }[] };
    expect(spec.containers).toHaveLength(1);
    expect(spec.containers[0]?.ports).toBeUndefined();
    expect(spec.containers[0]?.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("has no capabilities and can gain none", async () => {
    const status = (await tryInside(`fs.readFileSync("/proc/self/status", "utf8")`)).done ?? "";
    expect(status).toMatch(/CapEff:\s+0{16}/);
    expect(status).toMatch(/CapBnd:\s+0{16}/);
    expect(status).toMatch(/NoNewPrivs:\s+1/);
    expect(status).toMatch(/Seccomp:\s+2/);
  });

  test("finds no token of the cluster", async () => {
    expect(await tryInside(`fs.readdirSync("/var/run/secrets/kubernetes.io/serviceaccount")`)).toEqual({
      refused: "ENOENT",
    });
  });

  for (const file of ["mem", "environ", "maps", "fd/0"]) {
    test(`cannot read /proc/1/${file}: the supervisor is undumpable`, async () => {
      const flag = file === "mem" ? `fs.openSync("/proc/1/mem", "r+")` : `fs.readFileSync("/proc/1/${file}")`;
      const attempted = await tryInside(flag);
      expect(attempted.refused).toMatch(/^(EACCES|EPERM)$/);
    });
  }

  test("cannot change its code, nor what is in its layers' place, and has /tmp", async () => {
    const write = (path: string) => tryInside(`fs.writeFileSync("${path}", "x")`);
    expect(await write("/var/task/index.mjs")).toEqual({ refused: "EACCES" });
    expect(await write("/var/task/new")).toEqual({ refused: "EACCES" });
    expect(await write("/opt/new")).toEqual({ refused: "EACCES" });
    expect(await write("/var/runtime/index.mjs")).toMatchObject({
      refused: expect.stringMatching(/^E(ROFS|ACCES)$/),
    });
    expect(await write("/tmp/new")).toEqual({ done: "undefined" });
  });

  test("has 1024 file descriptors", async () => {
    expect((await tryInside(`fs.readFileSync("/proc/self/limits", "utf8")`)).done).toMatch(
      /^Max open files\s+1024\s+1024\s/m,
    );
  });

  test("has no open port but the Runtime API on its own loopback", async () => {
    const tables = await inside<string[]>(
      `return ["tcp", "tcp6", "udp", "udp6"].map((name) => fs.readFileSync("/proc/net/" + name, "utf8"));`,
    );
    const listening = tables
      .flatMap((table) => table.trim().split("\n").slice(1))
      .map((line) => line.trim().split(/\s+/))
      // 0A is LISTEN; a UDP socket that is bound to nobody in particular is 07.
      .filter(([, , , state]) => state === "0A" || state === "07")
      .map(([, local]) => local?.split(":")[0]);
    // 127.0.0.1 as the kernel writes it.
    expect(new Set(listening)).toEqual(new Set(["0100007F"]));
  });

  test("cannot end its supervisor", async () => {
    const result = await tryInside(`process.kill(1, "SIGKILL")`);
    expect(result).toBeDefined();
    expect((await namespace.sdk.invoke("hostile", { code: "return 1;" })).text).toBe("1");
  });

  test("cannot answer another request", async () => {
    const answered = await inside<number>(`
      const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/invocation/";
      const response = await fetch(base + "00000000-0000-4000-8000-000000000000/response", { method: "POST", body: "1" });
      return response.status;`);
    expect(answered).toBe(400);
  });

  test("is a stranger to the cluster's API, with the one token its pod has too", async () => {
    const statuses = await inside<unknown[]>(`
      const https = process.getBuiltinModule("node:https");
      const url = "https://kubernetes.default.svc/api/v1/namespaces/${namespace.name}/secrets";
      const ask = (headers) => new Promise((resolve) => https
        .get(url, { rejectUnauthorized: false, headers, timeout: 5000 }, (response) => resolve(response.resume().statusCode))
        .on("error", (error) => resolve(error.code)));
      const token = fs.readFileSync("/var/run/kambda/token", "utf8");
      return [await ask({}), await ask({ authorization: "Bearer " + token })];`);
    expect(statuses).toEqual([403, 401]);
  });

  /** Dials, and says hello as a client of NATS would. */
  const dial = (host: string, port: number) =>
    inside<string>(`return await new Promise((resolve) => {
      const socket = net.connect(${port}, ${JSON.stringify(host)}, () => socket.write("CONNECT {}\\r\\nPING\\r\\n"));
      socket.on("data", (bytes) => resolve(String(bytes))).on("error", (error) => resolve(error.code));
      setTimeout(() => resolve("silence"), 3000);
    });`);

  test("cannot reach the code store", async () => {
    expect(await dial(`kambda-nats.${installation.namespace}.svc`, 4222)).toMatch(/^(silence|ECONNREFUSED)$/);
  });

  test("cannot reach the Runtime API of another environment", async () => {
    const where = `const { networkInterfaces } = await import("node:os");
      const { address } = Object.values(networkInterfaces()).flat().find(({ internal, family }) => !internal && family === "IPv4");
      return { address, port: Number(process.env.AWS_LAMBDA_RUNTIME_API.split(":")[1]) };`;
    await namespace.ready(aHandler("neighbour", where));
    const neighbour = async () =>
      (await namespace.sdk.invoke("neighbour")).json<{ address: string; port: number }>();
    const { address, port } = await until("the neighbour to be the same before and after", 60, async () => {
      const before = await neighbour();
      expect(await dial(before.address, before.port)).toMatch(/^(silence|ECONNREFUSED)$/);
      return (await neighbour()).address === before.address && before;
    });
    expect({ address, port }).toEqual({ address: expect.stringContaining("."), port: expect.any(Number) });
  });
});

describe("the link refuses", () => {
  const outcome = async (pod: { log(): Promise<string> }): Promise<Dialed> =>
    await until("the stranger's report", 60, async () => {
      const line = (await pod.log()).split("\n").find((one) => one.startsWith("{"));
      return line === undefined ? undefined : (JSON.parse(line) as Dialed);
    });
  const stranger = async (name: string, dial: Dial, more: Record<string, unknown> = {}) =>
    outcome(
      await scriptPod({
        namespace: namespace.name,
        name,
        script: await bundle("stranger", "bun"),
        env: { DIAL: JSON.stringify(dial) },
        // NetworkPolicies are the second line: this is about the first.
        labels: { "kambda.dev/component": "environment" },
        ...more,
      }),
    );
  const tokenOf = (audience: string) => ({
    volumes: [
      {
        name: "token",
        projected: {
          sources: [{ serviceAccountToken: { audience, expirationSeconds: 600, path: "token" } }],
        },
      },
    ],
    volumeMounts: [{ name: "token", mountPath: "/token" }],
  });

  test("a second hello with the token stolen from the pod itself", async () => {
    const source = await bundle("thief", "node");
    await namespace.ready(aFunction("thief", { timeout: 20, code: { inline: { "index.mjs": source } } }));
    const dialed = await namespace.sdk.invoke("thief", { ...link, tokenPath: "/var/run/kambda/token" });
    expect(dialed.json<Dialed>()).toEqual({ outcome: "refused", reason: "TokenUsed" });
    // The theft changes nothing for the environment it was tried in.
    expect((await namespace.sdk.invoke("thief", { ...link, token: "x" })).json<Dialed>()).toMatchObject({
      outcome: "refused",
    });
  });

  test.concurrent("a pod that shows no token", async () => {
    expect(await stranger("no-token", link)).toEqual({ outcome: "refused", reason: "NoCredential" });
  });

  test.concurrent("a token made for somebody else", async () => {
    const dialed = await stranger(
      "other-audience",
      { ...link, tokenPath: "/token/token" },
      tokenOf("https://kubernetes.default.svc"),
    );
    expect(dialed).toEqual({ outcome: "refused", reason: "BadToken" });
  });

  test.concurrent("a made-up token", async () => {
    expect(await stranger("made-up", { ...link, token: "eyJhbGciOiJub25lIn0.e30." })).toEqual({
      outcome: "refused",
      reason: "BadToken",
    });
  });

  test("a pod of another namespace that says it is one of ours: it is never given our code", async () => {
    const [environment] = await namespace.list("pods", "kambda.dev/component=environment");
    const labels = { ...environment?.metadata.labels, "kambda.dev/claim": "pool" };
    const elsewhere = `${namespace.name}-b`;
    const { makeNamespace } = await import("../support/namespace.ts");
    await makeNamespace(elsewhere);
    const pod = stranger(
      "intruder",
      { ...link, tokenPath: "/token/token", listenMs: 6000 },
      { namespace: elsewhere, labels, ...tokenOf("kambda-link") },
    );
    // While it waits for work, there is work: cold starts in the namespace whose environments it imitates.
    for (let call = 0; call < 3; call++) {
      await namespace.ready(aHandler(`bait-${call}`, "return 1;"));
      await namespace.sdk.invoke(`bait-${call}`);
    }
    const dialed = await pod;
    expect(dialed).not.toMatchObject({ assigned: true });
    await kubectl(["delete", "namespace", elsewhere, "--wait=false"]);
  });
});

describe("the network", () => {
  /** Connects from a pod and says whether it could. */
  const probe = `const [, host, port] = process.argv;
    const socket = require("node:net").connect(Number(port), host);
    const end = (text) => { console.log(text); process.exit(0); };
    socket.on("connect", () => end("open")); socket.on("error", (error) => end(error.code)); setTimeout(() => end("silence"), 3000);`;

  test("policies count: this cluster enforces a deny, and then NATS and the link are closed to strangers", async () => {
    const script = await bundle("idle", "bun");
    const serve = `Bun.serve({ port: 8000, fetch: () => new Response("open") }); console.log("serving");`;
    const [client, server] = await Promise.all([
      scriptPod({ namespace: namespace.name, name: "client", script }),
      scriptPod({ namespace: namespace.name, name: "denied", script: serve }),
    ]);
    const reach = async (host: string, port: number) =>
      (await client.exec(["bun", "-e", probe, host, String(port)])).trim();
    await until("the server to be reached before it is denied", 60, async () => {
      return (await reach(server.address, 8000)) === "open";
    });
    await namespace.apply({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "deny" },
      spec: { podSelector: { matchLabels: { app: "denied" } }, policyTypes: ["Ingress"] },
    } as Manifest);
    await until("the deny to be enforced", 60, async () => (await reach(server.address, 8000)) !== "open");
    expect(await reach(`kambda-nats.${installation.namespace}.svc`, 4222)).not.toBe("open");
    expect(await reach(link.host, link.port)).not.toBe("open");
    expect(await reach(`kambda-public.${installation.namespace}.svc`, 80)).toBe("open");
  });
});
