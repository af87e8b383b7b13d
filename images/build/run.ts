/** Runs a program of the machine, line by line; a failure carries the command and the end of what it said. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

/** Lines of output kept for the message of a failure. */
const tailLinesMax = 40;

export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const tail: string[] = [];
  const output: string[] = [];
  const take = (line: string): void => {
    tail.push(line);
    if (tail.length > tailLinesMax) tail.shift();
    options.onLine?.(line);
  };
  createInterface({ input: child.stderr }).on("line", take);
  createInterface({ input: child.stdout }).on("line", (line) => {
    output.push(line);
    take(line);
  });
  const code = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.on("error", (cause) => reject(new ProgramError(`cannot start ${command}: ${cause.message}`)));
    child.on("close", (status, signal) => resolve(status ?? signal));
  });
  if (code !== 0)
    throw new ProgramError(`${[command, ...args].join(" ")} ended with ${code}:\n${tail.join("\n")}`);
  return output.join("\n");
}

export class ProgramError extends Error {}
