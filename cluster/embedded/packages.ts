/** Programs the embedded cluster takes from Debian, and what brings them when they are missing. */
import { accessSync, constants, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../program/run.ts";
import { ClusterError, type Report } from "../provider.ts";

/** The whole list: a file each package brings, by package. */
const programs: readonly { readonly file: string; readonly package: string }[] = [
  { file: "containerd", package: "containerd" },
  { file: "ctr", package: "containerd" },
  { file: "runc", package: "runc" },
  { file: "/usr/lib/cni/ptp", package: "containernetworking-plugins" },
  { file: "nft", package: "nftables" },
  { file: "ip", package: "iproute2" },
  { file: "unshare", package: "util-linux" },
  { file: "mount", package: "mount" },
];

export async function requirePackages(report: Report): Promise<void> {
  const lack = lackOf(isThere);
  if (lack === undefined) return;
  const { missing, install, mend, message } = lack;
  if (process.getuid?.() !== 0 || (await run("apt-get", ["--version"], { allowed: "any" })).code !== 0) {
    throw new ClusterError(message);
  }
  report({ step: `installing Debian packages: ${missing.join(", ")}` });
  await withoutStartingServices(async () => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "--quiet"], { env });
    await run("apt-get", install, { env });
  });
  const still = programs.filter(({ file }) => !isThere(file)).map(({ file }) => file);
  if (still.length > 0) throw new ClusterError(`still missing after \`${mend}\`: ${still.join(", ")}`);
}

interface PackagesLack {
  missing: string[];
  /** Words of apt-get. */
  install: string[];
  /** As a person types them. */
  mend: string;
  message: string;
}

/** The packages of the programs that are not there, and the command that brings them; undefined when all are there. */
export function lackOf(isThere: (file: string) => boolean): PackagesLack | undefined {
  const missing = [
    ...new Set(programs.filter(({ file }) => !isThere(file)).map((program) => program.package)),
  ];
  if (missing.length === 0) return undefined;
  const install = ["install", "--yes", "--no-install-recommends", ...missing];
  const mend = `apt-get ${install.join(" ")}`;
  const message = `Debian packages are missing: ${missing.join(", ")}. As root, run: ${mend}`;
  return { missing, install, mend, message };
}

const servicePolicy = "/usr/sbin/policy-rc.d";

/** Debian starts what it installs; the cluster wants the programs only, not an etcd of the machine's own. */
async function withoutStartingServices(install: () => Promise<void>): Promise<void> {
  if (existsSync(servicePolicy)) return install();
  writeFileSync(servicePolicy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await install();
  } finally {
    rmSync(servicePolicy);
  }
}

function isThere(file: string): boolean {
  return searched(file).some((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "EACCES" || code === "ENOTDIR") return false;
      throw error;
    }
  });
}

function searched(file: string): string[] {
  if (file.startsWith("/")) return [file];
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin", "/usr/bin", "/bin"];
  return folders.filter((folder) => folder !== "").map((folder) => join(folder, file));
}
