/** Fetches code before it is to be sent: of what serves, a few archives at a time, so that a cold start needs no NATS, and of pods on their way. */
import type { LogDep } from "../../kernel/log/log.ts";
import type { CodeSource } from "./code.ts";
import { startLimits } from "./limits.ts";

export interface Ahead {
  /** Fetches the archive some time soon; a claim that comes first fetches for itself. */
  want(sha256: string, archiveBytes: number): void;
  /** Fetches it now, whatever its size: a pod is being made for it, and of those there are few. What fails here is asked for again, and told, when it is sent. */
  need(sha256: string): void;
}

export function createAhead({ code, log }: LogDep & { code: CodeSource }): Ahead {
  const wanted = new Set<string>();
  let running = 0;
  const pump = () => {
    for (const sha256 of wanted) {
      if (running >= startLimits.aheadWorkersMax) return;
      wanted.delete(sha256);
      running++;
      void fetch(sha256).finally(() => {
        running--;
        pump();
      });
    }
  };
  const fetch = (sha256: string): Promise<unknown> =>
    code.fetch(sha256).catch((error: unknown) => log.error("cannot fetch code ahead", error, { sha256 }));
  return {
    need: (sha256) => void fetch(sha256),
    want(sha256, archiveBytes) {
      if (archiveBytes > startLimits.aheadBytesMax || wanted.size >= startLimits.aheadMax) return;
      wanted.add(sha256);
      pump();
    },
  };
}
