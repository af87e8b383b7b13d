/**
 * Counts what becomes of the requests for an alias that were drawn for the version it rolls out, and of no others: who asks for that
 * version by its number, or by another alias, says nothing of this one's rollout. Each gateway tells the alias its own counts, from the
 * rollout's beginning on; the operator adds them up and judges. While nothing is rolled out, nothing is counted.
 */
import type { AliasObject } from "../../crds/alias/schema.ts";
import { apiVersion } from "../../crds/fields/metadata.ts";
import { fieldManagers } from "../../crds/labels.ts";
import { isReason, type KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { Callable } from "../catalog/callable.ts";
import type { Refusal } from "../placer/state.ts";

export interface Traffic {
  aliasChanged(key: string, now: AliasObject | undefined): void;
  ended(callable: Callable, isError: boolean): void;
  /** A request that did not run. */
  refused(callable: Callable, refusal: Refusal): void;
  /** Writes what is new; called every so often. */
  report(): Promise<void>;
}

interface Tally {
  /** The object. */
  alias: { namespace: string; name: string };
  functionKey: string;
  /** What requests call the alias. */
  qualifier: string;
  version: string;
  startTime: string;
  invocations: number;
  errors: number;
  throttles: number;
  unstarted: number;
  /** Requests when it was written last. */
  reported: number;
}

/** `gateway` is unique to this process: the counts of two must not overwrite each other. */
export function createTraffic({ kube }: KubeDep, gateway: string): Traffic {
  const tallies = new Map<string, Tally>();
  /** Of rollouts that are over: our counts are taken out again. */
  const over = new Map<string, Tally["alias"]>();

  const tallyOf = ({ target, functionVersion, qualifier }: Callable): Tally[] =>
    tallies.size === 0 || qualifier === undefined
      ? []
      : [...tallies.values()].filter(
          (one) =>
            one.functionKey === target.functionKey &&
            one.qualifier === qualifier &&
            one.version === functionVersion,
        );
  const write = async ({ namespace, name }: Tally["alias"], traffic: object[]) => {
    const metadata = { namespace, name };
    const object = { apiVersion, kind: "Alias", metadata, status: traffic.length === 0 ? {} : { traffic } };
    try {
      await kube.applyStatus(resources.aliases, object, `${fieldManagers.gateway}-${gateway}`);
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  };

  return {
    aliasChanged(key, now) {
      const before = tallies.get(key);
      const rollout = now?.status.rollout;
      if (now === undefined || rollout?.phase !== "Progressing") {
        tallies.delete(key);
        if (before !== undefined && now !== undefined) over.set(key, before.alias);
        return;
      }
      if (before?.startTime === rollout.startTime) return;
      const { namespace, name } = now.metadata;
      over.delete(key);
      tallies.set(key, {
        alias: { namespace, name },
        functionKey: `${namespace}/${now.spec.functionName}`,
        qualifier: now.spec.name,
        version: rollout.toVersion,
        startTime: rollout.startTime,
        invocations: 0,
        errors: 0,
        throttles: 0,
        unstarted: 0,
        reported: 0,
      });
    },
    ended(callable, isError) {
      for (const tally of tallyOf(callable)) {
        tally.invocations++;
        if (isError) tally.errors++;
      }
    },
    refused(callable, refusal) {
      for (const tally of tallyOf(callable)) tally[isThrottle(refusal) ? "throttles" : "unstarted"]++;
    },
    async report() {
      for (const tally of tallies.values()) {
        const { alias, startTime, invocations, errors, throttles, unstarted } = tally;
        const requests = invocations + throttles + unstarted;
        if (requests === tally.reported) continue;
        await write(alias, [{ gateway, startTime, invocations, errors, throttles, unstarted }]);
        tally.reported = requests;
      }
      for (const [key, alias] of over) {
        await write(alias, []);
        over.delete(key);
      }
    },
  };
}

/** What is answered 429; the rest found no environment, or none in time. */
function isThrottle(refusal: Refusal): boolean {
  switch (refusal.kind) {
    case "throttled":
    case "full":
      return true;
    case "waited":
      return false;
    case "cannotStart":
      return refusal.failure.kind === "quota";
  }
}
