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
  /** What is remembered: those that reserve or keep something. */
  size(): { namespaces: number; functions: number };
}

interface Account {
  reserved: number;
  /** Of functions without a reservation. */
  provisioned: number;
  /** By function's key; only those that reserve or keep something, and no account without one. */
  shares: Map<string, Share>;
}

interface Share {
  reserved: number | undefined;
  provisioned: number;
  byRevision: Map<string, number>;
}

export function createCapacity(concurrentExecutions: number): Capacity {
  const accounts = new Map<string, Account>();

  /** Changes what a function has, and with it what its account has in all. */
  const change = (functionKey: string, by: (share: Share) => void) => {
    const { namespace } = readKey(functionKey);
    const account = accounts.get(namespace) ?? { reserved: 0, provisioned: 0, shares: new Map() };
    const share = account.shares.get(functionKey) ?? {
      reserved: undefined,
      provisioned: 0,
      byRevision: new Map(),
    };
    count(account, share, -1);
    by(share);
    count(account, share, 1);
    if (share.reserved === undefined && share.byRevision.size === 0) account.shares.delete(functionKey);
    else account.shares.set(functionKey, share);
    if (account.shares.size === 0) accounts.delete(namespace);
    else accounts.set(namespace, account);
  };

  return {
    reserve(functionKey, reserved) {
      change(functionKey, (share) => {
        share.reserved = reserved;
      });
    },
    provision(functionKey, revisionKey, provisioned) {
      change(functionKey, (share) => {
        share.provisioned += provisioned - (share.byRevision.get(revisionKey) ?? 0);
        if (provisioned === 0) share.byRevision.delete(revisionKey);
        else share.byRevision.set(revisionKey, provisioned);
      });
    },
    capsOf(functionKey, revisionKey) {
      const { namespace } = readKey(functionKey);
      const shareNow = () => accounts.get(namespace)?.shares.get(functionKey);
      return {
        account: concurrentExecutions,
        get reserved() {
          return shareNow()?.reserved;
        },
        get unreserved() {
          return Math.max(0, concurrentExecutions - (accounts.get(namespace)?.reserved ?? 0));
        },
        get provisioned() {
          return shareNow()?.byRevision.get(revisionKey) ?? 0;
        },
        get setAside() {
          const share = shareNow();
          if (share?.reserved !== undefined) return share.provisioned;
          return accounts.get(namespace)?.provisioned ?? 0;
        },
      };
    },
    size: () => ({
      namespaces: accounts.size,
      functions: [...accounts.values()].reduce((sum, { shares }) => sum + shares.size, 0),
    }),
  };
}

function count(account: Account, { reserved, provisioned }: Share, by: 1 | -1): void {
  if (reserved === undefined) account.provisioned += by * provisioned;
  else account.reserved += by * reserved;
}
