/** What has to be true of a machine before a cluster can run on it; each lack is named with its mend. */
import { existsSync, mkdirSync, statfsSync } from "node:fs";
import { ClusterError, type Report } from "../provider.ts";
import { hostFolder } from "./build.ts";
import { requireGo } from "./go.ts";
import { requirePackages } from "./packages.ts";
import { cachePath } from "./paths.ts";

export interface Machine {
  platform: NodeJS.Platform;
  isRoot: boolean;
  /** Where builds and images are kept, and what is free there. */
  cache: string;
  freeBytes: number;
}

const gigabyte = 1024 ** 3;
/** Images, their unpacked layers, and the build of Kubernetes with Go's own caches. */
const diskBytesMin = 8 * gigabyte;

export async function preflight(report: Report): Promise<void> {
  const cache = cachePath();
  mkdirSync(cache, { recursive: true });
  const { bavail, bsize } = statfsSync(cache);
  const { platform } = process;
  const lack = lackOf({ platform, isRoot: process.getuid?.() === 0, cache, freeBytes: bavail * bsize });
  if (lack !== undefined) throw new ClusterError(lack);
  if (!existsSync(hostFolder())) await requireGo();
  await requirePackages(report);
}

/** The first thing that is wrong, and the command that mends it; undefined when nothing is. */
export function lackOf({ platform, isRoot, cache, freeBytes }: Machine): string | undefined {
  if (platform !== "linux") {
    return "the embedded cluster needs Linux: use `npm start -- --cluster kind` or `npm start -- --context NAME` here";
  }
  if (!isRoot) {
    return "the embedded cluster needs root, for namespaces and control groups: run the same command with sudo, or use `npm start -- --cluster kind` or `npm start -- --context NAME`";
  }
  if (freeBytes < diskBytesMin) {
    const free = (freeBytes / gigabyte).toFixed(1);
    const needed = diskBytesMin / gigabyte;
    return `${free} GB are free where ${cache} lies and ${needed} are needed: free some, or run \`KAMBDA_CACHE=/path/on/a/larger/disk npm start\``;
  }
  return undefined;
}
