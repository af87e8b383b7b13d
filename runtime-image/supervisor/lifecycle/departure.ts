/**
 * How an environment ends: it says so, takes nothing new, finishes what runs, ends its processes. Its exit code says whether it was of
 * use: an orderly end is 0, and what ends before it was any is a failed pod, which the operator replaces ever more slowly.
 */

export interface DepartureDeps {
  note(message: string): void;
  /** Tells the gateways. */
  tell(reason: string): void;
  isRunning(): boolean;
  /** Ends the environment's processes. */
  stop(): Promise<unknown>;
  exit(code: ExitCode): void;
}

/** 0: it was of use, or was told to go. */
export type ExitCode = 0 | 1;

export interface Departure {
  /** Undefined while it stays. */
  reason(): string | undefined;
  /** Takes nothing new, finishes what runs, ends. */
  drain(reason: string, code?: ExitCode): void;
  /** What ran may have ended. */
  finish(): void;
  /** Ends now. */
  abandon(reason: string, code: ExitCode): void;
  /** A fault of ours: the environment is not to be trusted any more. */
  broken(cause: unknown): void;
}

export function createDeparture(deps: DepartureDeps): Departure {
  let leaving: { reason: string; code: ExitCode } | undefined;
  let isStopping = false;

  function stop(code: ExitCode): void {
    if (isStopping) return;
    isStopping = true;
    deps.stop().then(
      () => deps.exit(code),
      (cause: unknown) => {
        deps.note(`the runtime did not end: ${String(cause)}`);
        deps.exit(1);
      },
    );
  }

  function finish(): void {
    if (leaving !== undefined && !deps.isRunning()) stop(leaving.code);
  }

  return {
    reason: () => leaving?.reason,
    finish,
    drain(reason, code = 0) {
      if (leaving !== undefined) return;
      leaving = { reason, code };
      deps.note(`leaving: ${reason}`);
      deps.tell(reason);
      finish();
    },
    abandon(reason, code) {
      deps.note(`leaving at once: ${reason}`);
      leaving ??= { reason, code };
      stop(code);
    },
    broken(cause) {
      deps.note(`broken: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
      stop(1);
    },
  };
}
