/** What this machine has: programs on the PATH, where the cache lies. */
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** The full path of a program, or undefined when it is not installed. */
export function programPath(program: string, env: Environment): string | undefined {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

/** Where archives, bases and the builder's own store lie; shared by all checkouts of a person. */
export function imageCache(env: Environment): string {
  return join(env.KAMBDA_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "kambda"), "images");
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "EACCES" || code === "ENOTDIR";
}
