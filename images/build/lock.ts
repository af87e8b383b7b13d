/** One build at a time on a cache: a second one waits for the first, and takes over from one that died. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Report } from "./workspace.ts";

const pauseMs = 250;
/** A cold build takes minutes; past this something hangs, and saying so is better than waiting on. */
const waitMsMax = 30 * 60_000;

export async function lockCache(cache: string, report: Report): Promise<Disposable> {
  mkdirSync(cache, { recursive: true });
  const path = join(cache, "lock");
  for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += pauseMs) {
    if (take(path)) return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
    const holder = Number(readIfThere(path) ?? Number.NaN);
    if (!isAlive(holder)) rmSync(path, { force: true });
    else if (waitedMs === 0) report(`waiting for another build, process ${holder}`);
    await pause(pauseMs);
  }
  throw new Error(
    `another build holds ${path} for more than ${waitMsMax / 60_000} minutes: end process ${readIfThere(path)}, and try again`,
  );
}

function take(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** A lock not yet written to, or already gone, is tried again like a living one's, after a pause. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
