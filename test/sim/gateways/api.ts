/**
 * The API server: one Lease, an alias and the pods, each call done at one instant, its answer late or lost. Watches tell of pods later still,
 * each gateway at its own time.
 */
import assert from "node:assert";
import { epochMax } from "../../../crds/link/epoch.ts";
import type { LeaseRecord } from "../../../kernel/lease/decide.ts";
import type { LeaseWrite } from "../../../kernel/lease/write.ts";
import type { Chance } from "../../../kernel/testing/chance.ts";
import { type AliasShares, firstVersion } from "./functions.ts";
import type { Network } from "./network.ts";
import type { Time } from "./time.ts";
import type { Weather } from "./weather.ts";

export interface Pod {
  id: string;
  namespace: string;
  shape: string;
  /** `namespace/function` once it is known whose it is: from its making, or from labels written some time after a claim. */
  functionKey: string | undefined;
  /** What a pod of its own was made for. */
  madeFor: string | undefined;
  /** Provisioned: it stays however long it is idle. */
  kept: boolean;
  /** A node has it, so its process may run. */
  scheduled: boolean;
}

/** What there is at one instant. */
export interface Stock {
  pods: Pod[];
  /** The newest of the alias's changes. */
  aliasChange: number;
}

export type Reply<T> = { ok: T } | { conflict: true } | { failed: true };

export interface Api {
  pods: Map<string, Pod>;
  /** What the alias went to after each of its changes, one after the other. */
  aliasChanges: AliasShares[];
  /** The newest version of its function. */
  newestVersion: number;
  /** What each version of a function was when it was published, by its revision; nobody writes it a second time. */
  published: ReadonlyMap<string, string>;
  publish(revision: string): void;
  readLease(who: string, answer: (reply: Reply<LeaseRecord | undefined>) => void): void;
  writeLease(who: string, write: LeaseWrite, answer: (reply: Reply<LeaseRecord>) => void): void;
  takeStock(who: string, answer: (reply: Reply<Stock>) => void): void;
}

export const apiName = "api";

export function createApi(weather: Weather, chance: Chance, time: Time, network: Network): Api {
  const pods = new Map<string, Pod>();
  const published = new Map<string, string>();
  let lease: LeaseRecord | undefined;
  let version = 0;

  /** `work` happens at one instant, between the call and its answer, either of which may be lost. */
  const call = <T>(who: string, work: () => Reply<T>, answer: (reply: Reply<T>) => void) => {
    const lost = (ms: number) => time.after(ms, () => answer({ failed: true }));
    const lateMs = () => 1 + weather.slowApiMs + chance.upTo(!weather.isCalm && chance.percent(5) ? 800 : 10);
    if (network.isParted(who, apiName)) return lost(1_000);
    time.after(lateMs(), () => {
      const reply = work();
      if (network.isParted(who, apiName) || (!weather.isCalm && chance.percent(2))) return lost(500);
      time.after(lateMs(), () => answer(reply));
    });
  };
  const api: Api = {
    pods,
    aliasChanges: [[{ version: firstVersion, weight: 1 }]],
    newestVersion: firstVersion,
    published,
    publish(revision) {
      assert(!published.has(revision), `V1: ${revision} is published a second time`);
      published.set(revision, `code ${published.size}`);
    },
    readLease: (who, answer) =>
      call(who, () => ({ ok: lease === undefined ? undefined : { ...lease } }), answer),
    writeLease: (who, { holder, transitions, durationSeconds, before }, answer) =>
      call(
        who,
        () => {
          if (lease?.resourceVersion !== before?.resourceVersion) return { conflict: true };
          // Answered 400: it is an int32.
          if (transitions > epochMax) return { failed: true };
          const durationMs = durationSeconds * 1000;
          lease = {
            resourceVersion: `${++version}`,
            holder,
            transitions,
            durationMs,
            acquireTime: undefined,
          };
          return { ok: { ...lease } };
        },
        answer,
      ),
    takeStock(who, answer) {
      const stock = () => ({
        pods: [...pods.values()].map((pod) => ({ ...pod })),
        aliasChange: api.aliasChanges.length - 1,
      });
      call(who, () => ({ ok: stock() }), answer);
    },
  };
  return api;
}
