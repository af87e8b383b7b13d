/** The cold starts that are measured: pooled in two languages, with and without refill, a large archive, a restart, a pod of its own. */
import { randomBytes } from "node:crypto";
import { fileServer } from "../support/fileserver.ts";
import { zip } from "../support/zip.ts";
import { type Cold, type ColdCase, measureCold } from "./cold.ts";
import { handlerSource, kubectl, namespace, type World } from "./world.ts";

const python = {
  runtime: "python3.13",
  handler: "index.handler",
  code: { inline: { "index.py": 'def handler(event, context): return {"ok": True}\n' } },
};
/** Read at the process's start only, so the waiting one is replaced. */
const restarted = { environment: { variables: { NODE_OPTIONS: "--max-http-header-size=16384" } } };
const fromConfig = {
  environment: { from: [{ name: "FROM_CONFIG", configMapKeyRef: { name: "cold", key: "value" } }] },
};
const largeBytes = 5 * 1024 * 1024;
const largeStartsMax = 50;
const restartedStartsMax = 50;
const podStartsMax = 20;
/** A gateway that has just come starts its first environments with code its engine has not compiled yet: life is after that. */
const uncounted = 10;

/** `starts` of each; fewer of those that take long to make. */
export async function measureColdCases(world: World, starts: number): Promise<Cold[]> {
  await measureCold(world, { name: "first", kind: "pooled", starts: uncounted, spec: {}, from: "refilled" });
  const cold: Cold[] = [];
  const measure = async (one: ColdCase) => cold.push(await measureCold(world, one));
  const pooled = { kind: "pooled", starts } as const;
  await measure({ ...pooled, name: "node, pool, no refill", spec: {}, from: "paused" });
  const anew = { kind: "restarted", starts: Math.min(starts, restartedStartsMax) } as const;
  await measure({ ...anew, name: "node, restarted", spec: restarted, from: "paused" });
  await measure({ ...pooled, name: "python, pool, no refill", spec: python, from: "paused" });
  const large = { kind: "large", starts: Math.min(starts, largeStartsMax) } as const;
  await measure({ ...large, name: "node, 5 MB, pool", spec: { code: await largeCode() }, from: "paused" });
  await measure({ ...pooled, name: "node, pool, refilled", spec: {}, from: "refilled" });
  await measure({ ...pooled, name: "python, pool, refilled", spec: python, from: "refilled" });
  await kubectl(world, ["create", "configmap", "cold", "-n", namespace, "--from-literal=value=1"]);
  const unpooled = { kind: "unpooled", starts: Math.min(starts, podStartsMax) } as const;
  await measure({ ...unpooled, name: "node, no pool", spec: fromConfig, from: "pod" });
  return cold;
}

/** Bytes that no compression makes fewer. */
async function largeCode(): Promise<{ url: string; sha256: string }> {
  const server = await fileServer(namespace);
  return server.put("large.zip", zip({ "index.mjs": handlerSource, "data.bin": randomBytes(largeBytes) }));
}
