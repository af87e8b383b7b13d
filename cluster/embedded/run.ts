/** Runs a program to its end. A failure names the command and carries the end of what it said. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ClusterError } from "../provider.ts";

const outputCharsMax = 4_000_000;
const outputCharsInError = 2_000;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line of output as it comes, standard error included. */
  readonly onLine?: (line: string) => void;
}

/** Resolves to standard output. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const outcome = await attempt(command, options);
  if (outcome.code === 0) return outcome.output;
  const said = `${outcome.output}${outcome.errors}`.trim().slice(-outputCharsInError);
  throw new ClusterError(`\`${command.join(" ")}\` ended with ${outcome.code}: ${said}`);
}

export interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Like `run`, for commands whose failure is an answer. A program that is not there ends with 127. */
export function attempt(command: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const [program, ...args] = command;
  if (program === undefined) throw new Error("an empty command");
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { output: "", errors: "" };
    const hear = (stream: "output" | "errors") => (text: string) => {
      said[stream] = (said[stream] + text).slice(-outputCharsMax);
    };
    child.stdout.setEncoding("utf8").on("data", hear("output"));
    child.stderr.setEncoding("utf8").on("data", hear("errors"));
    if (options.onLine) {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on("line", options.onLine);
      }
    }
    child.on("error", (error) =>
      resolve({ code: 127, output: said.output, errors: `${program}: ${error.message}` }),
    );
    child.on("close", (code) => resolve({ code: code ?? 1, ...said }));
  });
}
