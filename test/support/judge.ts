/** Applies a Function that may be refused by the operator, and waits until the operator has said so or not. */
import type { FunctionManifest } from "./manifest.ts";
import type { FunctionStatusView, TestNamespace } from "./namespace.ts";
import { until } from "./until.ts";

const judgeSeconds = 60;

/** The status of its newest generation, once that is settled: served, or failed with a reason. */
export async function judge(
  namespace: TestNamespace,
  manifest: FunctionManifest,
): Promise<FunctionStatusView> {
  const { name } = manifest.metadata;
  await namespace.apply(manifest);
  return await until(`the operator to judge ${name}`, judgeSeconds, async () => {
    const object = await namespace.get("functions.kambda.dev", name);
    const status = (object?.status ?? {}) as FunctionStatusView;
    const generation = (object?.metadata as { generation?: number } | undefined)?.generation;
    const isSettled =
      status.state === "Failed" || ["Successful", "Failed"].includes(status.lastUpdateStatus ?? "");
    return status.observedGeneration === generation && isSettled ? status : undefined;
  });
}
