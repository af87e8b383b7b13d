/** What has to be true of a machine before a cluster can run on it; each lack is named with its mend. */
import { existsSync, mkdirSync, statfsSync } from "node:fs";
import { ClusterError, type Report } from "../provider.ts";
import { hostFolder } from "./build.ts";
import { requireGo } from "./go.ts";
import { requirePackages } from "./packages.ts";
import { cachePath } from "./paths.ts";

/** Images, their unpacked layers, and the build of Kubernetes with Go's own caches. */
const diskBytesMin = 8 * 1024 ** 3;

export async function preflight(report: Report): Promise<void> {
  if (process.platform !== "linux") {
    throw new ClusterError("the embedded cluster needs Linux: use `--cluster kind` or `--context NAME` here");
  }
  if (process.getuid?.() !== 0) {
    throw new ClusterError(
      "the embedded cluster needs root, for namespaces and control groups: run the same command with sudo, or use `--cluster kind` or `--context NAME`",
    );
  }
  const cache = cachePath();
  mkdirSync(cache, { recursive: true });
  const { bavail, bsize } = statfsSync(cache);
  if (bavail * bsize < diskBytesMin) {
    const free = (Number(bavail * bsize) / 1024 ** 3).toFixed(1);
    throw new ClusterError(
      `${free} GB are free where ${cache} lies and 8 are needed: free some, or set KAMBDA_CACHE`,
    );
  }
  if (!existsSync(hostFolder())) await requireGo();
  await requirePackages(report);
}
