/** What is done again and again beside invocations. */
import { trustLimits } from "../../kernel/trust/limits.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { linkLimits } from "../link/limits.ts";
import type { TokenVerifier } from "../link/token.ts";
import { reportLimits } from "../report/limits.ts";
import type { Chore } from "../upkeep.ts";
import { stalestMs } from "../watches.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Meeting } from "./meeting.ts";
import type { Starting } from "./starting.ts";
import type { Telling } from "./telling.ts";

const podsEveryMs = 1_000;
/** A rollout's step is a second at least: it is judged by what came in before. */
const trafficEveryMs = 500;

export interface ChoreParts {
  knowledge: Pick<Knowledge, "watches">;
  starting: {
    creator: Pick<Starting["creator"], "tick">;
    dismisser: Pick<Starting["dismisser"], "tick">;
  };
  telling: { use: Pick<Telling["use"], "look" | "report">; traffic: Pick<Telling["traffic"], "report"> };
  meeting: Pick<Meeting, "renew">;
  tokens: Pick<TokenVerifier, "refresh">;
  fleet: Pick<Fleet, "happen">;
}

export function choresOf({ knowledge, starting, telling, meeting, tokens, fleet }: ChoreParts): Chore[] {
  const { pods } = knowledge.watches;
  const { use, traffic } = telling;
  return [
    {
      what: "look after pods",
      everyMs: podsEveryMs,
      work() {
        starting.creator.tick(pods);
        starting.dismisser.tick(pods);
        fleet.happen("all", { type: "watched", staleMs: stalestMs(knowledge.watches) });
      },
    },
    { what: "look at the use of provisioned environments", everyMs: reportLimits.useEveryMs, work: use.look },
    {
      what: "tell the use of provisioned environments",
      everyMs: reportLimits.useToldEveryMs,
      work: use.report,
    },
    { what: "tell rollouts what became of requests", everyMs: trafficEveryMs, work: traffic.report },
    { what: "read the cluster's signing keys", everyMs: linkLimits.keysEveryMs, work: tokens.refresh },
    { what: "renew the link's keys", everyMs: trustLimits.checkEveryMs, work: meeting.renew },
  ];
}
