/** Runs a program of this machine and waits for its end. A failure names the command and carries the end of what it said. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface RunOptions {
  cwd?: string;
  /** On top of this process's own. */
  env?: Readonly<Record<string, string>>;
  /** Its standard input; nothing otherwise. */
  input?: string;
  /** Called with each line as it comes, standard error's too. */
  onLine?: (line: string) => void;
  /** Exit codes that are an answer, not a failure: [0]. With "any", a program that is not there ends with 127, as in a shell. */
  allowed?: readonly number[] | "any";
  timeoutMs?: number;
}

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

export class ProgramError extends Error {
  override readonly name = "ProgramError";
}

/** Of each stream; what comes after is heard by `onLine` only. */
const outputCharsMax = 16 * 1024 * 1024;
const charsShownOnFailure = 4_000;
const notFound = 127;
const killed = 128;

export function run(program: string, words: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { allowed = [0] } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: options.timeoutMs,
    });
    const said = { stdout: "", stderr: "" };
    let tail = "";
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        if (said[stream].length < outputCharsMax) said[stream] += text;
        tail = (tail + text).slice(-charsShownOnFailure);
      });
      if (options.onLine) createInterface({ input: child[stream] }).on("line", options.onLine);
    }
    child.on("error", (cause) => {
      if (allowed === "any") resolve({ code: notFound, stdout: "", stderr: `${program}: ${cause.message}` });
      else reject(new ProgramError(`${program} could not be started`, { cause }));
    });
    child.on("close", (code, signal) => {
      if (allowed === "any" || (code !== null && allowed.includes(code))) {
        resolve({ code: code ?? killed, ...said });
        return;
      }
      const ended = `\`${[program, ...words].join(" ")}\` ended with ${signal ?? code}`;
      reject(new ProgramError(tail.trim() === "" ? ended : `${ended}:\n${tail.trim()}`));
    });
    // A program that ends before it reads its input breaks the pipe; its exit code already says what happened.
    child.stdin.on("error", () => child.stdin.destroy());
    child.stdin.end(options.input ?? "");
  });
}
