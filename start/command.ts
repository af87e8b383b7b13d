/** Runs a program and waits: output is kept for the error, or handed on line by line. */
import { spawn } from "node:child_process";

export interface CommandOptions {
  env?: Record<string, string>;
  cwd?: string;
  input?: string;
  /** Called with each line of stdout and stderr as it comes. */
  onLine?: (line: string) => void;
  /** Exit codes that are an answer, not a failure. */
  allowed?: number[];
  timeoutMs?: number;
}

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** How much of a program's output is kept. */
const outputBytesMax = 16 * 1024 * 1024;
const shownOnFailure = 2_000;

/** Rejects with the end of the program's output when its exit code is not among `allowed` ([0]). */
export function command(program: string, words: string[], options: CommandOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: options.timeoutMs,
    });
    const stdout = collect(child.stdout, options.onLine);
    const stderr = collect(child.stderr, options.onLine);
    child.on("error", (cause) => reject(new Error(`${program} could not be started`, { cause })));
    child.on("close", (code, signal) => {
      const finished = { code: code ?? 128, stdout: stdout(), stderr: stderr() };
      if (code !== null && (options.allowed ?? [0]).includes(code)) {
        resolve(finished);
        return;
      }
      const said = (finished.stderr.trim() || finished.stdout.trim()).slice(-shownOnFailure);
      reject(new Error(`${program} ${words.join(" ")} ended with ${signal ?? code}:\n${said}`));
    });
    // A program that ends before it reads its input breaks the pipe; its exit code already says what happened.
    child.stdin.on("error", () => child.stdin.destroy());
    child.stdin.end(options.input ?? "");
  });
}

function collect(stream: NodeJS.ReadableStream, onLine: ((line: string) => void) | undefined): () => string {
  let text = "";
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    if (text.length < outputBytesMax) text += chunk;
    if (onLine === undefined) return;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") onLine(line);
  });
  return () => text;
}
