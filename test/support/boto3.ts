/** boto3, unmodified, in a Python environment of its own in the build cache. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../program/run.ts";
import { cachePath, checkout, installation } from "./installation.ts";

const requirements = join(checkout, "test/python/requirements.txt");
const installMsMax = 300_000;
const callMsMax = 150_000;

export interface Boto3Error {
  Error: { Code: string; Message: string };
  ResponseMetadata: { HTTPStatusCode: number; HTTPHeaders: Record<string, string>; RequestId?: string };
  Reason?: string;
}

type Outcome<T> = { result: T; error?: undefined } | { error: Boto3Error; result?: undefined; type: string };

/** Runs lines of Python that see `client` and end with a `return`; a ClientError comes back as a value. */
export async function boto3<T>(namespace: string, python: string): Promise<Outcome<T>> {
  const interpreter = await pythonPath();
  const { stdout } = await run(
    interpreter,
    [join(checkout, "test/python/boto3_call.py"), installation.api, namespace],
    { input: python, timeoutMs: callMsMax },
  );
  return JSON.parse(stdout) as Outcome<T>;
}

let made: Promise<string> | undefined;

/** The interpreter that has boto3; made once, named by what it holds. */
export function pythonPath(): Promise<string> {
  made ??= makeEnvironment();
  return made;
}

async function makeEnvironment(): Promise<string> {
  const identity = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const folder = join(cachePath, `python-${identity}`);
  const interpreter = join(folder, "bin/python");
  if (existsSync(interpreter)) return interpreter;
  // Made aside and moved into place, so that half an environment is never taken for a whole one.
  const aside = `${folder}.${process.pid}`;
  await run("python3", ["-m", "venv", aside], { timeoutMs: installMsMax });
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
  await run(join(aside, "bin/python"), pip, { timeoutMs: installMsMax });
  try {
    renameSync(aside, folder);
  } catch (error) {
    // Another process was first; its environment is the same.
    rmSync(aside, { recursive: true });
    if (!existsSync(interpreter)) throw error;
  }
  return interpreter;
}
