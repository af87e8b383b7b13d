/** How a process ended, in Lambda's words, which are Go's (API.md §3.4). */

export type Ending =
  | { kind: "code"; code: number }
  | { kind: "signal"; signal: string }
  /** It could not be started. */
  | { kind: "entrypoint"; message: string };

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
  switch (ending.kind) {
    case "entrypoint":
      return { errorType: "Runtime.InvalidEntrypoint", message: ending.message };
    case "code": {
      const how = ending.code === 0 ? "without providing a reason" : `with error: exit status ${ending.code}`;
      return { errorType: "Runtime.ExitError", message: `Runtime exited ${how}` };
    }
    case "signal": {
      const signal = signalTexts[ending.signal] ?? ending.signal.toLowerCase();
      return { errorType: "Runtime.ExitError", message: `Runtime exited with error: signal: ${signal}` };
    }
  }
}
