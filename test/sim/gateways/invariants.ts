/** What is asserted after every happening, on what truly runs, whatever any gateway believes; and on each grant. */
import assert from "node:assert";
import type { ShardAction } from "../../../gateway/shard/event.ts";
import type { ShardState } from "../../../gateway/shard/state.ts";
import type { Pod } from "./api.ts";
import type { SimEnvironment } from "./environment.ts";
import { firstVersion, functions, readRevision } from "./functions.ts";
import type { SimGateway } from "./surroundings.ts";

/** C1, C2 and V1, counted from what truly runs. */
export function checkRunning(
  environments: Map<string, SimEnvironment>,
  published: ReadonlyMap<string, string>,
): void {
  const running = functions.map(() => 0);
  const onDemand = functions.map(() => 0);
  const add = (to: number[], at: number) => {
    to[at] = (to[at] ?? 0) + 1;
  };
  for (const environment of environments.values()) {
    const now = environment.running();
    if (now === undefined) continue;
    const { of, at, version } = readRevision(now.revision);
    add(running, at);
    if (of.provisioned === 0 || version !== firstVersion) add(onDemand, at);
    const was = published.get(now.revision);
    assert(now.code === was, `V1: ${now.revision} was published as ${was} and runs ${now.code}`);
  }
  let all = 0;
  let unreserved = 0;
  let unreservedOnDemand = 0;
  for (const [at, { functionKey, caps }] of functions.entries()) {
    const count = running[at] ?? 0;
    const onDemandHere = onDemand[at] ?? 0;
    all += count;
    if (caps.reserved === undefined) {
      unreserved += count;
      unreservedOnDemand += onDemandHere;
    } else checkSetAside(onDemandHere, caps.reserved, caps.setAside);
    assert(count <= (caps.reserved ?? caps.unreserved), `C1: ${count} of ${functionKey} run`);
    assert(unreserved <= caps.unreserved, `C1: ${unreserved} unreserved run in one namespace`);
    assert(all <= caps.account, `C1: ${all} run in one namespace`);
    checkSetAside(unreservedOnDemand, caps.unreserved, caps.setAside);
  }
}

function checkSetAside(onDemand: number, limit: number, setAside: number): void {
  assert(
    onDemand <= limit - setAside,
    `C1: ${onDemand} of ${limit} run where ${setAside} are provisioned for others`,
  );
}

/** C1: provisioned environments are used first. */
export function checkGrants({ seat }: ShardState, actions: ShardAction[], pods: Map<string, Pod>): void {
  if (seat.at !== "placing") return;
  for (const { environmentId, target } of actions.flatMap(grantedIn)) {
    const pod = pods.get(environmentId);
    // That its pod has gone, nobody could know yet.
    if (pod === undefined || pod.kept) continue;
    const kept = seat.placer.revisions.get(target.key)?.idle.find(({ id }) => pods.get(id)?.kept === true);
    assert(kept === undefined, `C1: ${environmentId} is used before ${kept?.id}, which is provisioned`);
  }
}

function grantedIn(action: ShardAction) {
  if (action.type === "launch") return [action.granted];
  return action.type === "toClient" && action.message.type === "grant" ? [action.message.granted] : [];
}

/** Its answer to a call may be late, and the other's word that its watch is fresh. */
const staleSeatMsMax = 4_000;

/** By placer and standby, since when the one has kept a seat that is the other's. */
export type StaleSeats = Map<SimGateway, Map<SimGateway, number>>;

/** A placer whose watches hang gives up its seat while a gateway is there whose watches do not. */
export function checkSeats(gateways: (SimGateway | undefined)[], seats: StaleSeats, nowMs: number): void {
  for (const gateway of gateways) {
    if (gateway === undefined) continue;
    const { seat, clients } = gateway.state;
    if (seat.at !== "placing" || !gateway.areWatchesHung() || gateway.isPaused()) {
      seats.delete(gateway);
      continue;
    }
    const sinceMs = seats.get(gateway) ?? new Map<SimGateway, number>();
    seats.set(gateway, sinceMs);
    for (const other of gateways) {
      if (other === undefined || other === gateway) continue;
      if (!clients.has(other.id) || other.areWatchesHung() || other.isPaused()) {
        sinceMs.delete(other);
        continue;
      }
      const since = sinceMs.get(other) ?? nowMs;
      sinceMs.set(other, since);
      const isLate = nowMs - since > staleSeatMsMax;
      assert(!isLate, `${gateway.id} has stale watches and keeps its seat beside ${other.id}`);
    }
  }
}
