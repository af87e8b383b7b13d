/**
 * Things that go away in the middle: clients, pods, gateway, operator, code store. Each has a defined outcome. These tests take
 * parts of the installation down, so they run with nobody beside them.
 */
import { describe, expect, test } from "bun:test";
import { gateways, killGateway } from "../../support/gateways.ts";
import { installation } from "../../support/installation.ts";
import { type KubeObject, kubectl, list } from "../../support/kubectl.ts";
import { aFunction, aHandler, publicUrl } from "../../support/manifest.ts";
import { testNamespace } from "../../support/namespace.ts";
import { restart, workload } from "../../support/release.ts";
import { pause, until } from "../../support/until.ts";

/** What `event.mark` says is in the log as soon as the invocation runs. */
const body = `globalThis.calls = (globalThis.calls ?? 0) + 1;
  if (event.mark) console.log("mark " + event.mark);
  const { calls } = globalThis;
  if (event.queryStringParameters) event.ms = Number(event.queryStringParameters.ms);
  if (event.ms) await new Promise((resolve) => setTimeout(resolve, event.ms));
  return { calls, pod: (await import("node:os")).hostname() };`;

interface Answer {
  calls: number;
  pod: string;
}

const namespace = testNamespace("disruption", (made) =>
  made.ready(
    aHandler("steady", body, { timeout: 30 }),
    // One at a time: whoever is served, is served by the one environment there is.
    aHandler("single", body, { timeout: 30, url: publicUrl, reservedConcurrency: 1 }),
  ),
);
const invoke = async (event: unknown = {}, name = "steady") =>
  (await namespace.sdk.invoke(name, event)).json<Answer>();

/**
 * The pod of the invocation with this mark, once it runs there: which one it is, the gateway chooses, and a claimed one is labelled
 * with its function after its first answer only.
 */
function podOf(mark: string): Promise<string> {
  return until(`${mark} to run`, 15, async () => {
    const selector = "kambda.dev/component=environment";
    const said = await namespace.kubectl("logs", "-l", selector, "--prefix", "--tail=-1", "--ignore-errors");
    const line = said.split("\n").find((one) => one.includes(`mark ${mark}`));
    return line === undefined ? undefined : /^\[pod\/([^/]+)\//.exec(line)?.[1];
  });
}

/** Invokes again and again; `stop` gives every answer and every error. */
function load(everyMs: number, event: unknown = {}) {
  let going = true;
  const answers: Answer[] = [];
  const errors: Error[] = [];
  const callers = [1, 2].map(async () => {
    while (going) {
      await invoke(event).then(
        (answer) => answers.push(answer),
        (error: Error) => errors.push(error),
      );
      await pause(everyMs);
    }
  });
  return {
    answers,
    stop: async () => {
      going = false;
      await Promise.all(callers);
      return { answers, errors };
    },
  };
}

describe("a client that hangs up", () => {
  test("hurts nobody: its invocation finishes, and the environment serves on", async () => {
    const whenFree = () => until("its environment to be free", 60, () => invoke({}, "single"));
    // Its only permit comes back a moment after the answer, its URL may be known a moment after the function is Active, and a
    // client that was held up itself may hang up before its request has left: then once more.
    await until("a client to hang up in the middle", 60, async () => {
      const before = await whenFree();
      const aborted = await namespace
        .url("single", { path: "/?ms=2000", signal: AbortSignal.timeout(500) })
        .then(({ status }) => `answered ${status}`)
        .catch((error: Error) => error.name);
      expect(aborted).toBe("TimeoutError");
      expect(await whenFree()).toEqual({ pod: before.pod, calls: before.calls + 2 });
      return true;
    });
  });
});

describe("a pod", () => {
  test("killed in the middle of an invocation: its caller is told so at once, the next is served", async () => {
    await invoke();
    const running = namespace.sdk.refused("steady", { ms: 25_000, mark: "killed" });
    const pod = await podOf("killed");
    const startedMs = performance.now();
    await namespace.kubectl("delete", "pod", pod, "--force", "--grace-period=0");
    const error = await running;
    expect(error.name).toBe("ServiceException");
    expect(error.$metadata.httpStatusCode).toBe(500);
    expect(error.message).toContain("interrupted");
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect((await invoke()).pod).not.toBe(pod);
  });

  test("deleted with grace finishes its invocation and takes no other", async () => {
    await invoke();
    const running = invoke({ ms: 20_000, mark: "drained" });
    const pod = await podOf("drained");
    await namespace.kubectl("delete", "pod", pod, "--wait=false");
    expect((await invoke()).pod).not.toBe(pod);
    expect((await running).pod).toBe(pod);
    await until(
      "the drained pod to be gone",
      60,
      async () => (await namespace.get("pod", pod)) === undefined,
    );
  });

  test("evicted, one after the other under load, as kubectl drain does: nothing is lost", async () => {
    const calling = load(20, { ms: 100 });
    await until("the load to be served", 60, () => calling.answers.length > 5);
    for (let round = 0; round < 2; round++) {
      for (const { metadata } of await namespace.environmentsOf("steady")) {
        const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: metadata.name } };
        const path = `/api/v1/namespaces/${namespace.name}/pods/${metadata.name}/eviction`;
        // One that left by itself since it was listed needs no eviction.
        const evicted = await kubectl(["create", "--raw", path, "-f", "-"], {
          input: JSON.stringify(eviction),
        }).catch(String);
        expect(evicted).toMatch(/Success|NotFound/);
      }
      const served = calling.answers.length;
      await until("the load to be served on", 60, () => calling.answers.length > served + 10);
    }
    expect((await calling.stop()).errors.map(String)).toEqual([]);
  });
});

describe("the gateway", () => {
  test("rolled under load fails no invocation, not the one under way either", async () => {
    const calling = load(20, { ms: 50 });
    const running = invoke({ ms: 6000 });
    await until("the load to be served", 60, () => calling.answers.length > 5);
    await restart("gateway");
    const served = calling.answers.length;
    await until("the load to be served on", 60, () => calling.answers.length > served + 10);
    expect((await calling.stop()).errors.map(String)).toEqual([]);
    expect((await running).calls).toBeGreaterThan(0);
  });

  test("killed comes back and serves", async () => {
    const [killed] = await gateways();
    await killGateway(killed?.metadata.name ?? "none");
    await until("its process to be started again", 60, async () => {
      const [now] = await gateways();
      return now?.metadata.uid === killed?.metadata.uid && restarts(now) > restarts(killed);
    });
    await until("it to serve", 60, () => invoke({}, "single"));
  });
});

/** How often the only container of a pod was started again. */
function restarts(pod: KubeObject | undefined): number {
  const statuses = (pod?.status as { containerStatuses?: { restartCount: number }[] } | undefined)
    ?.containerStatuses;
  return statuses?.[0]?.restartCount ?? 0;
}

describe("the operator", () => {
  test("away: functions go on; back: it does what was written meanwhile, and last good code still serves", async () => {
    await namespace.ready(aHandler("kept", `return "good";`));
    await namespace.apply(aFunction("kept", { code: { configMap: { name: "missing" } } }));
    await until("the update to fail", 60, async () => {
      return (await namespace.status("kept")).lastUpdateStatus === "Failed";
    });
    const { metadata } = await workload("operator");
    const scale = (replicas: number) =>
      kubectl([
        "-n",
        installation.namespace,
        "scale",
        `deployment/${metadata.name}`,
        `--replicas=${replicas}`,
      ]);
    await scale(0);
    try {
      await until("the operator to be gone", 60, async () => {
        const pods = await list("pods", installation.namespace, "app.kubernetes.io/component=operator");
        return pods.length === 0;
      });
      await namespace.apply(aHandler("written", `return "meanwhile";`));
      expect((await invoke()).calls).toBeGreaterThan(0);
      expect((await namespace.sdk.invoke("kept")).text).toBe('"good"');
    } finally {
      await scale(1);
    }
    await namespace.ready(aHandler("written", `return "meanwhile";`));
    expect((await namespace.sdk.invoke("written")).text).toBe('"meanwhile"');
    expect((await namespace.sdk.invoke("kept")).text).toBe('"good"');
    expect(await namespace.status("kept")).toMatchObject({ state: "Active", lastUpdateStatus: "Failed" });
  });

  test("killed in the middle of many updates converges", async () => {
    const functions = Array.from({ length: 8 }, (_, n) => aHandler(`many-${n}`, `return ${n};`));
    const ready = namespace.ready(...functions);
    await kubectl([
      ...["-n", installation.namespace, "delete", "pods", "-l", "app.kubernetes.io/component=operator"],
      ...["--force", "--grace-period=0"],
    ]);
    await ready;
    expect((await namespace.sdk.invoke("many-7")).text).toBe("7");
  });
});

describe("the code store", () => {
  test("gone, with all it held, is made and filled again from the Functions", async () => {
    await namespace.ready(...[0, 1].map((n) => aHandler(`stored-${n}`, `return ${n};`)));
    const [pod] = await list("pods", installation.namespace, "app.kubernetes.io/component=nats");
    await kubectl([
      "-n",
      installation.namespace,
      "delete",
      "pod",
      pod?.metadata.name ?? "none",
      "--wait=true",
    ]);
    await until("NATS to be back", 60, async () => {
      const [again] = await list("pods", installation.namespace, "app.kubernetes.io/component=nats");
      const conditions = (again?.status as { conditions?: { type: string; status: string }[] } | undefined)
        ?.conditions;
      return conditions?.some(({ type, status }) => type === "Ready" && status === "True");
    });
    // Its code is in no environment; the gateway, restarted, has none in memory either.
    await restart("gateway");
    await until("a function nobody called yet to be served", 90, async () => {
      return (await namespace.sdk.invoke("stored-1")).text === "1";
    });
    await namespace.ready(aHandler("after", `return "new";`));
    expect((await namespace.sdk.invoke("after")).text).toBe('"new"');
  });
});
