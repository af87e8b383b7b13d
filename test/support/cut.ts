/** Cuts a pod off from the API server alone, in its own network namespace: everything else it can still reach. */
import { run } from "../../program/run.ts";
import { get } from "./kubectl.ts";
import { processesOf } from "./processes.ts";

/** The pod must run on this machine, as those of the embedded cluster do. The result mends it. */
export async function cutFromApiServer(podUid: string): Promise<() => Promise<void>> {
  const service = await get("service", "kubernetes", "default");
  const { clusterIP } = (service?.spec ?? {}) as { clusterIP?: string };
  const [first] = await processesOf(podUid);
  if (first === undefined || clusterIP === undefined)
    throw new Error(`no process of pod ${podUid} runs on this machine`);
  const route = (verb: "add" | "del") =>
    run("nsenter", [
      "--target",
      String(first.pid),
      "--net",
      "ip",
      "route",
      verb,
      "blackhole",
      `${clusterIP}/32`,
    ]);
  await route("add");
  return async () => void (await route("del"));
}
