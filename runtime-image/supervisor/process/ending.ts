/** How a process ended, in Lambda's words, which are Go's (docs/lambda.md, outcomes). */

export type Ending =
  | { kind: "code"; code: number }
  | { kind: "signal"; signal: string }
  /** It could not be started. */
  | { kind: "entrypoint"; message: string }
  /** There is no such folder to start it in. */
  | { kind: "folder"; message: string };

const signalTexts: Record<string, string> = {
  SIGABRT: "aborted",
  SIGALRM: "alarm clock",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGHUP: "hangup",
  SIGILL: "illegal instruction",
  SIGINT: "interrupt",
  SIGKILL: "killed",
  SIGPIPE: "broken pipe",
  SIGQUIT: "quit",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
  SIGTRAP: "trace/breakpoint trap",
};

export function describeEnding(ending: Ending): { errorType: string; message: string } {
  if (ending.kind === "entrypoint") {
    return { errorType: "Runtime.InvalidEntrypoint", message: ending.message };
  }
  if (ending.kind === "folder") return { errorType: "Runtime.InvalidWorkingDir", message: ending.message };
  const isClean = ending.kind === "code" && ending.code === 0;
  const how = isClean ? "without providing a reason" : `with error: ${describeExit(ending)}`;
  return { errorType: "Runtime.ExitError", message: `Runtime exited ${how}` };
}

/** An external extension that ends is an error whatever its status: it was to wait for its next event. */
export function describeExtensionEnding(ending: Ending): { errorType: string; message: string } {
  if (ending.kind === "entrypoint" || ending.kind === "folder") {
    return { errorType: "Extension.LaunchError", message: ending.message };
  }
  const isClean = ending.kind === "code" && ending.code === 0;
  return { errorType: "Extension.Crash", message: isClean ? "exit code 0" : describeExit(ending) };
}

function describeExit(ending: Extract<Ending, { kind: "code" | "signal" }>): string {
  if (ending.kind === "code") return `exit status ${ending.code}`;
  return `signal: ${signalTexts[ending.signal] ?? ending.signal.toLowerCase()}`;
}
