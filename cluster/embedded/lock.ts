/** Keeps two commands from doing the same work in the cache at once; a holder that has died holds nothing. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { identify, isAlive } from "./process.ts";
import { processSchema } from "./state.ts";
import { until } from "./wait.ts";

const holdSecondsMax = 900;

export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  await until(`another command to finish with ${path}`, holdSecondsMax, () => take(path) || undefined);
  try {
    return await work();
  } finally {
    rmSync(path);
  }
}

function take(path: string): boolean {
  try {
    writeFileSync(path, JSON.stringify(identify(process.pid)), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  if (!isHeld(path)) rmSync(path, { force: true });
  return false;
}

function isHeld(path: string): boolean {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  // Empty for the moment between its making and its writing.
  return text === "" || isAlive(processSchema.parse(JSON.parse(text)));
}
