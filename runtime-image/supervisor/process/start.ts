/** Starts the runtime process in a process group of its own, with exactly the environment given, and ends the whole group. */
import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Ending } from "./ending.ts";
import type { Entry } from "./entry.ts";
import { openPipe } from "./pipe.ts";

export interface RuntimeCommand {
  entry: Entry;
  workingDirectory: string;
  variables: Record<string, string>;
  jail: Jail;
}

/** What a process goes through before it is the function's (runtime-image/jail). */
export interface Jail {
  program: string;
  /** The folders beneath which it may write. */
  writable: readonly string[];
}

export interface RuntimeProcess {
  /** 0 when it could not be started. */
  pid: number;
  stdout: Readable;
  stderr: Readable;
  /** When the process itself is gone; its descendants may live on until `kill`. */
  ended: Promise<Ending>;
  /** To its process group. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /** SIGKILL to everything it started. As PID 1 that is every process but us, so nothing escapes by a session of its own. */
  kill(): void;
}

/** Processes whose end node:child_process waits for; nobody else may collect it. */
const children = new Set<number>();

export const isRuntimePid = (pid: number): boolean => children.has(pid);

export function startProcess(command: RuntimeCommand): RuntimeProcess {
  const { entry, workingDirectory, variables, jail } = command;
  if (entry.kind === "invalid")
    return unstarted({ kind: entry.what ?? "entrypoint", message: entry.message });
  const [file = "", ...args] = entry.command;
  const [stdout, stderr, report] = [openPipe(), openPipe(), openPipe()];
  const child = spawn(jail.program, [jail.writable.join(":"), file, ...args], {
    cwd: workingDirectory,
    env: variables,
    detached: true,
    stdio: ["ignore", stdout.writeEnd, stderr.writeEnd, report.writeEnd],
  });
  for (const pipe of [stdout, stderr, report]) pipe.given();
  const refusal = text(report.output);
  const pid = child.pid ?? 0;
  if (pid > 0) children.add(pid);
  const { promise: ended, resolve } = Promise.withResolvers<Ending>();
  child.once("error", (error) =>
    resolve({ kind: "entrypoint", message: `fork/exec ${file}: ${error.message}` }),
  );
  child.once("exit", async (code, signal) => {
    children.delete(pid);
    const reason = await refusal;
    if (reason !== "") resolve({ kind: "entrypoint", message: `fork/exec ${file}: ${reason}` });
    else resolve(signal === null ? { kind: "code", code: code ?? 0 } : { kind: "signal", signal });
  });
  return {
    pid,
    stdout: stdout.output,
    stderr: stderr.output,
    ended,
    signal(name) {
      if (pid > 0) signalGroup(pid, name);
    },
    kill() {
      if (pid > 0) signalGroup(pid, "SIGKILL");
      if (process.pid === 1) signalGroup(1, "SIGKILL");
    },
  };
}

function signalGroup(group: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-group, name);
  } catch (cause) {
    // ESRCH: nothing of the group is left, which is what was wanted.
    if (!(cause instanceof Error && "code" in cause && cause.code === "ESRCH")) throw cause;
  }
}

/** What cannot be started ends at once, in the way of a process, so that callers know one way only. */
function unstarted(ending: Ending): RuntimeProcess {
  return {
    pid: 0,
    stdout: Readable.from([]),
    stderr: Readable.from([]),
    ended: Promise.resolve(ending),
    signal: () => {},
    kill: () => {},
  };
}
