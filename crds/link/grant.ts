/**
 * A grant's name: the placer's epoch and its turn within it, `7.42`. An environment obeys grants in this order and none twice, so a
 * grant that was asked back, or was sent by a placer that has been followed by another, can never start anything.
 */
export interface Grant {
  epoch: number;
  turn: number;
}

export function formatGrant({ epoch, turn }: Grant): string {
  return `${epoch}.${turn}`;
}

/** Older than any: epochs begin at 1. */
export const noGrant = formatGrant({ epoch: 0, turn: 0 });

/** Undefined when it is not one. */
export function readGrant(text: string): Grant | undefined {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text);
  return match === null ? undefined : { epoch: Number(match[1]), turn: Number(match[2]) };
}

/** In the order in which an environment obeys them: negative when `a` is the older. */
export function compareGrants(a: Grant, b: Grant): number {
  return a.epoch - b.epoch || a.turn - b.turn;
}

/** Whether the grant has come there, given the last that has: what an environment does not run then, it has run or refused. */
export function hasCome(text: string, last: string | undefined): boolean {
  const grant = readGrant(text);
  const latest = last === undefined ? undefined : readGrant(last);
  return grant === undefined || (latest !== undefined && compareGrants(grant, latest) <= 0);
}
