/** One program a node keeps running; `cluster/host/machine` reads these. */
export interface Process {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: readonly string[];
  readonly log: string;
  /** An address that must answer 200 before the process is started; empty: at once. */
  readonly after: string;
}

export type UnloggedProcess = Omit<Process, "log">;

/** Go programs that idle beside a person's own work: memory is there, the two cores are not. */
export const frugal = ["GOMAXPROCS=2", "GOGC=200"];
