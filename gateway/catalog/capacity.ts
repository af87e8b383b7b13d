/**
 * What the functions of each namespace reserve and keep provisioned, and what that leaves to each: the limits of C1. Limits are
 * views, read at every want: what one function reserves changes what all others have, and none of them is built again for it.
 */
import { readKey } from "../../kernel/reflector/cache.ts";
import type { Caps } from "../placer/state.ts";

export interface Capacity {
  reserve(functionKey: string, count: number | undefined): void;
  /** So many environments are kept provisioned for this revision of the function. */
  provision(functionKey: string, revisionKey: string, count: number): void;
  capsOf(functionKey: string, revisionKey: string): Caps;
}

interface Account {
  reserved: number;
  /** Of functions without a reservation. */
  provisioned: number;
}

interface Share {
  account: Account;
  reserved: number | undefined;
  provisioned: number;
  byRevision: Map<string, number>;
}

export function createCapacity(concurrentExecutions: number): Capacity {
  const accounts = new Map<string, Account>();
  const shares = new Map<string, Share>();

  const accountOf = (namespace: string): Account => {
    const known = accounts.get(namespace) ?? { reserved: 0, provisioned: 0 };
    accounts.set(namespace, known);
    return known;
  };
  const shareOf = (functionKey: string): Share => {
    const known = shares.get(functionKey);
    if (known !== undefined) return known;
    const account = accountOf(readKey(functionKey).namespace);
    const made = { account, reserved: undefined, provisioned: 0, byRevision: new Map() };
    shares.set(functionKey, made);
    return made;
  };
  const count = ({ account, reserved, provisioned }: Share, by: 1 | -1) => {
    if (reserved === undefined) account.provisioned += by * provisioned;
    else account.reserved += by * reserved;
  };

  return {
    reserve(functionKey, reserved) {
      const share = shareOf(functionKey);
      count(share, -1);
      share.reserved = reserved;
      count(share, 1);
    },
    provision(functionKey, revisionKey, provisioned) {
      const share = shareOf(functionKey);
      count(share, -1);
      share.provisioned += provisioned - (share.byRevision.get(revisionKey) ?? 0);
      if (provisioned === 0) share.byRevision.delete(revisionKey);
      else share.byRevision.set(revisionKey, provisioned);
      count(share, 1);
    },
    capsOf(functionKey, revisionKey) {
      const share = shareOf(functionKey);
      const { account } = share;
      return {
        account: concurrentExecutions,
        get reserved() {
          return share.reserved;
        },
        get unreserved() {
          return Math.max(0, concurrentExecutions - account.reserved);
        },
        get provisioned() {
          return share.byRevision.get(revisionKey) ?? 0;
        },
        get setAside() {
          return share.reserved === undefined ? account.provisioned : share.provisioned;
        },
      };
    },
  };
}
