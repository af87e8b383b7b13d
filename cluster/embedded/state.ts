/** What is remembered of a running cluster, so that `down`, `status` and a second `up` find it again. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import type { ClusterPaths } from "./paths.ts";

/** A process for certain: numbers are used again, the moment a process started is not. */
export const processSchema = z.object({ pid: z.int(), startTicks: z.string(), bootId: z.string() });
export type ProcessIdentity = z.infer<typeof processSchema>;

const nodeSchema = z.object({ name: z.string(), index: z.int(), process: processSchema });
export type NodeState = z.infer<typeof nodeSchema>;

const stateSchema = z.object({
  name: z.string(),
  /** What the cluster was made from; another means it is to be made anew. */
  madeFrom: z.string(),
  subnet: z.int(),
  /** The host's end of the veth pair; the control groups carry its name too. No other cluster ever has the same. */
  device: z.string(),
  nodes: z.array(nodeSchema),
  forwards: z.array(z.object({ listen: z.string(), target: z.string(), process: processSchema })),
});
export type ClusterState = z.infer<typeof stateSchema>;

export function readState(paths: ClusterPaths): ClusterState | undefined {
  let text: string;
  try {
    text = readFileSync(paths.state, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const found = JSON.parse(text) as { subnet: number };
  // A cluster brought up before devices had names of their own must still be found, or it could not be removed.
  return stateSchema.parse({ device: `kambda${found.subnet}`, ...found });
}

export function writeState(paths: ClusterPaths, state: ClusterState): void {
  // Renamed into place, so that a reader never meets half a file.
  writeFileSync(`${paths.state}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${paths.state}.new`, paths.state);
}
