/** The compiler that the embedded cluster is made with: it fetches by itself the exact version that the sources name. */
import { run } from "../../program/run.ts";
import { ClusterError } from "../provider.ts";

/** Since this version Go fetches newer ones as needed; Debian 12's own is older. */
const goMin = { major: 1, minor: 21 };

/** Throws with the mend when there is no Go, or one too old to fetch what the sources need. */
export async function requireGo(): Promise<void> {
  const { code, stdout } = await run("go", ["version"], { allowed: "any" });
  const found = code === 0 ? goVersionOf(stdout) : undefined;
  if (found !== undefined && (found.major > goMin.major || found.minor >= goMin.minor)) return;
  const lack =
    code === 0
      ? `\`${stdout.trim()}\` is too old to compile the embedded cluster`
      : "Go is not on the PATH, and the embedded cluster is compiled from source";
  throw new ClusterError(
    `${lack}: install Go ${goMin.major}.${goMin.minor} or newer (https://go.dev/doc/install, or Debian's golang-go from bookworm-backports)`,
  );
}

/** Of `go version go1.25.3 linux/amd64`. */
export function goVersionOf(text: string): { major: number; minor: number } | undefined {
  const [, major, minor] = /\bgo(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined || minor === undefined
    ? undefined
    : { major: Number(major), minor: Number(minor) };
}
