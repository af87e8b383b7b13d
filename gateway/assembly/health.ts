/** Whether the gateway is fit for requests: it has a placer to ask, and what it knows is not too old. */
import { createHealth, type Health } from "../../kernel/health/health.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { TokenVerifier } from "../link/token.ts";
import type { Knowledge } from "./knowledge.ts";

/** Copies and keys older than this make the gateway unready. */
const watchStaleMsMax = 120_000;
const keysStaleMsMax = 24 * 3600 * 1000;

export function createGatewayHealth(
  { watches }: Knowledge,
  tokens: TokenVerifier,
  fleet: Fleet,
  isLeaving: () => boolean,
): Health {
  const health = createHealth();
  health.add("state", () => (isLeaving() ? "the gateway is leaving" : undefined));
  health.add("placer", () => (fleet.hasPlacers() ? undefined : "no placer can be asked"));
  health.add("keys", () => tooOld(tokens.staleMs(), keysStaleMsMax, "the cluster's signing keys were"));
  for (const { name, staleMs } of Object.values(watches))
    health.add(name, () => tooOld(staleMs(), watchStaleMsMax, `the watch of ${name} was`));
  return health;
}

function tooOld(ageMs: number, ageMsMax: number, what: string): string | undefined {
  return ageMs < ageMsMax ? undefined : `${what} last heard ${Math.round(ageMs / 1000)} s ago`;
}
