/** The invariants C1 to C3 on the placer's whole state. Too dear for every event of a gateway; the simulator asks after each. */
import assert from "node:assert";
import type { Environment, PlacerState, RevisionState } from "./state.ts";

export function checkInvariants(state: PlacerState, nowMs: number): void {
  const busy = [...state.environments.values()].filter(({ work }) => work.state === "busy");
  checkPermits(state, busy);
  const offers = offersIn(state);
  for (const environment of state.environments.values()) checkEnvironment(environment, offers);
  for (const revision of state.revisions.values()) checkRevision(state, revision, nowMs);
  checkStarts(state);
}

function checkStarts({ revisions, accounts, starting }: PlacerState): void {
  const all = [...revisions.values()].flatMap(({ target, creating }) =>
    [...creating.values()].map(({ hangs }) => ({ namespace: target.namespace, hangs })),
  );
  const under = all.filter(({ hangs }) => !hangs);
  assert.equal(starting, under.length, "R1: the number of starts under way is wrong");
  for (const { namespace, ...counted } of accounts.values()) {
    const count = (of: typeof all) => of.filter((one) => one.namespace === namespace).length;
    const isRight = counted.starting === count(under) && counted.starting + counted.hanging === count(all);
    assert(isRight, `R1: starts of ${namespace} are miscounted`);
  }
}

/** C1 rests on counting: a permit for each waiter and each busy environment, and no other. */
function checkPermits(state: PlacerState, busy: Environment[]): void {
  const held = new Map<string, number>();
  const heldUnreserved = new Map<string, number>();
  const heldProvisioned = new Map<string, number>();
  const waiting = [...state.revisions.values()].flatMap((revision) => [...revision.waiting.values()]);
  const permits = [
    ...waiting.map(({ permit }) => permit),
    ...busy.flatMap(({ work }) => (work.state === "busy" ? [work.permit] : [])),
  ];
  const add = (to: Map<string, number>, key: string) => to.set(key, (to.get(key) ?? 0) + 1);
  for (const { fn, account, unreserved, provisioned, returned, wantId } of permits) {
    assert(!returned, `C3: the permit of ${wantId} was given back while it is in use`);
    add(held, fn.key);
    if (unreserved) add(heldUnreserved, account.namespace);
    if (provisioned === undefined) continue;
    for (const key of [`revision ${provisioned.key}`, `function ${fn.key}`, `account ${account.namespace}`])
      add(heldProvisioned, key);
    if (unreserved) add(heldProvisioned, `unreserved ${account.namespace}`);
  }
  for (const { key, inFlight } of state.functions.values())
    assert.equal(inFlight, held.get(key) ?? 0, `C1: what ${key} has in flight is miscounted`);
  for (const { namespace, unreservedInFlight } of state.accounts.values())
    assert.equal(unreservedInFlight, heldUnreserved.get(namespace) ?? 0, `C1: ${namespace} is miscounted`);
  checkProvisioned(state, heldProvisioned);
  const lined = [...waiting, ...state.held.values()];
  const bytes = lined.reduce((sum, { want }) => sum + want.bytes, 0);
  assert.equal(state.waitingBytes, bytes, "R1: waiting bytes are miscounted");
  checkHeld(state);
  assert.equal(state.waiters.size, waiting.length, "C3: a waiter is in one list only");
}

function checkHeld({ held, accounts, holding, functions, options }: PlacerState): void {
  const lined = [...accounts.values()].flatMap((one) => [...one.held.values()].flatMap((line) => [...line]));
  assert.equal(lined.length, held.size, "C3: a want is held in one line only");
  const count = [...functions.values()].reduce((sum, one) => sum + one.held, 0);
  assert.equal(count, held.size, "R1: held wants are miscounted");
  for (const { key, held: mine } of functions.values())
    assert(mine <= options.waitingMaxPerFunction, `R1: ${key} has ${mine} held`);
  for (const account of accounts.values())
    assert.equal(
      holding.has(account),
      account.held.size > 0,
      `C3: what ${account.namespace} holds is out of sight`,
    );
}

function checkProvisioned({ revisions, functions, accounts }: PlacerState, held: Map<string, number>): void {
  const counted = [
    ...[...revisions.values()].map((one) => [`revision ${one.key}`, one.provisionedInFlight] as const),
    ...[...functions.values()].map((one) => [`function ${one.key}`, one.provisionedInFlight] as const),
    ...[...accounts.values()].flatMap((one) => [
      [`account ${one.namespace}`, one.provisionedInFlight] as const,
      [`unreserved ${one.namespace}`, one.unreservedProvisionedInFlight] as const,
    ]),
  ];
  for (const [what, count] of counted)
    assert.equal(count, held.get(what) ?? 0, `C1: what ${what} has in provisioned concurrency is miscounted`);
}

/** Where an environment is offered: as idle to revisions, as unclaimed in pools. */
interface Offers {
  idle: Map<Environment, RevisionState[]>;
  pooled: Map<Environment, Environment[][]>;
}

function offersIn({ revisions, pools }: PlacerState): Offers {
  const offers: Offers = { idle: new Map(), pooled: new Map() };
  for (const revision of revisions.values())
    for (const one of new Set(revision.idle))
      offers.idle.set(one, [...(offers.idle.get(one) ?? []), revision]);
  for (const pool of pools.values())
    for (const one of new Set(pool)) offers.pooled.set(one, [...(offers.pooled.get(one) ?? []), pool]);
  return offers;
}

/** C2: free for work only where nothing runs, and only its own revision's. */
function checkEnvironment(environment: Environment, { idle, pooled }: Offers): void {
  const { id, work, revision, leaving, linked, confirmed } = environment;
  const idleIn = idle.get(environment) ?? [];
  const pooledIn = pooled.get(environment) ?? [];
  assert(idleIn.length + pooledIn.length <= 1, `C2: ${id} is offered twice`);
  if (idleIn.length + pooledIn.length > 0)
    assert(linked && confirmed, `C1: ${id} is offered and may be in use unseen`);
  if (idleIn.length > 0) {
    assert.equal(work.state, "idle", `C2: ${id} is offered and ${work.state}`);
    assert.equal(idleIn[0], revision, `C2: ${id} is offered to another revision`);
  }
  if (pooledIn.length > 0) assert.equal(work.state, "unclaimed", `C2: ${id} is in a pool and ${work.state}`);
  assert.equal(work.state === "unclaimed", revision === undefined, `C2: ${id} is half assigned`);
  assert(!leaving || idleIn.length + pooledIn.length === 0, `C2: ${id} is leaving and offered`);
}

/** C3: nobody waits beside an idle environment, nor past the bound. */
function checkRevision({ options }: PlacerState, revision: RevisionState, nowMs: number): void {
  assert(
    revision.waiting.size === 0 || revision.idle.length === 0,
    `C3: ${revision.key} waits beside an idle one`,
  );
  for (const { want, sinceMs } of revision.waiting.values())
    assert(nowMs - sinceMs <= options.waitMsMax, `C3: ${want.id} waits past the bound`);
}
