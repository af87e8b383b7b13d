/** What an environment may reserve and use, after its claim: read from its pod and from the control group it runs in. */
import { expect, test } from "bun:test";
import type { KubeObject } from "../support/kubectl.ts";
import { aHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { until } from "../support/until.ts";

/** Both hierarchies: a quota of CPU microseconds each period, or none. */
const body = `const fs = await import("node:fs");
  const read = (path) => { try { return fs.readFileSync("/sys/fs/cgroup/" + path, "utf8").trim(); } catch { return undefined; } };
  return read("cpu.max") ?? read("cpu/cpu.cfs_quota_us") + " " + read("cpu/cpu.cfs_period_us");`;

/** In the pool class of 256 MB, so that what a pool reserved for anyone must be corrected. */
const memorySize = 200;
const namespace = testNamespace("resources");

interface Container {
  name: string;
  resources: Record<"requests" | "limits", Record<string, string>>;
}
const resourcesOf = (pod: KubeObject | undefined, part: "spec" | "status") => {
  const { containers, containerStatuses } = (pod?.[part] ?? {}) as {
    containers?: Container[];
    containerStatuses?: Container[];
  };
  return (containers ?? containerStatuses)?.find(({ name }) => name === "runtime")?.resources;
};

/** A pod that was claimed: a pool that is just being refilled has none to give, and the function gets a pod of its own. */
async function claimedOf(policy: "strict" | "burst"): Promise<{ name: string; pod: KubeObject }> {
  let attempt = 0;
  return await until("a claimed pod", 90, async () => {
    const name = `${policy}-${++attempt}`;
    await namespace.ready(aHandler(name, body, { memorySize, cpuPolicy: policy }));
    await until("the pool to be filled", 60, async () => {
      return (await namespace.list("pods", "kambda.dev/claim=pool")).length > 0;
    });
    await namespace.sdk.invoke(name, {});
    const [pod] = await until("its pod", 60, async () => {
      const found = await namespace.environmentsOf(name);
      return found.length > 0 && found;
    });
    return pod?.metadata.labels?.["kambda.dev/claim"] === "claimed" && { name, pod };
  });
}

for (const [policy, cpu, limitShare] of [
  // 200 of the 1,769 MB that earn a CPU are 113 thousandths of it, and 10 are the supervisor's own.
  ["strict", "123m", 0.123],
  ["burst", "1010m", 1.01],
] as const)
  test(`claimed from a pool, one of ${policy} CPU has its function's requests and its policy's limit, in its pod and in the kernel`, async () => {
    const claimed = await claimedOf(policy);
    const pod = await until("the kubelet to have resized it", 60, async () => {
      const now = await namespace.get("pod", claimed.pod.metadata.name);
      const has = resourcesOf(now, "status");
      // A pool of this class asks for 192 MB for whoever comes, and gives as much CPU as burst may.
      return has?.limits.cpu === cpu && has.requests.memory === "264Mi" && now;
    });
    expect(resourcesOf(pod, "spec")).toMatchObject({ requests: { memory: "264Mi" }, limits: { cpu } });
    const [quota, period] = (await namespace.sdk.invoke(claimed.name, {}))
      .json<string>()
      .split(" ")
      .map(Number);
    expect((quota ?? 0) / (period ?? 1)).toBeCloseTo(limitShare, 2);
  });
