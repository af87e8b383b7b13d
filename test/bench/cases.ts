/** The cold starts that are measured: pooled in two languages, with and without refill, a large archive, a restart, a pod of its own. */
import { randomBytes } from "node:crypto";
import { fileServer } from "../support/fileserver.ts";
import { zip } from "../support/zip.ts";
import type { ColdCase } from "./cold.ts";
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

/** `starts` of each pooled one; the others are slower and steadier. */
export async function coldCases(world: World, starts: number): Promise<ColdCase[]> {
  await kubectl(world, ["create", "configmap", "cold", "-n", namespace, "--from-literal=value=1"]);
  const few = Math.min(starts, 20);
  return [
    { name: "node, pool, no refill", starts, spec: {}, from: "paused" },
    { name: "node, pool, refilled", starts, spec: {}, from: "refilled" },
    { name: "python, pool, no refill", starts, spec: python, from: "paused" },
    { name: "python, pool, refilled", starts, spec: python, from: "refilled" },
    { name: "node, 5 MB, pool", starts: few, spec: { code: await largeCode() }, from: "paused" },
    { name: "node, restarted", starts: few, spec: restarted, from: "paused" },
    { name: "node, no pool", starts: Math.min(starts, 10), spec: fromConfig, from: "pod" },
  ];
}

/** Bytes that no compression makes fewer. */
async function largeCode(): Promise<{ url: string; sha256: string }> {
  const server = await fileServer(namespace);
  return server.put("large.zip", zip({ "index.mjs": handlerSource, "data.bin": randomBytes(largeBytes) }));
}
