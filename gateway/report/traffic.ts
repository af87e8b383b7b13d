/**
 * Counts what becomes of a new version's requests while an alias rolls it out, and tells the alias: each gateway its own counts,
 * from the rollout's beginning on. The operator adds them up and judges. While nothing is rolled out, nothing is counted.
 */
import type { AliasObject } from "../../crds/alias/schema.ts";
import { apiVersion } from "../../crds/fields/metadata.ts";
import { fieldManagers } from "../../crds/labels.ts";
import { isReason, type KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { Callable } from "../catalog/callable.ts";

export interface Traffic {
  aliasChanged(key: string, now: AliasObject | undefined): void;
  ended(callable: Callable, isError: boolean): void;
  /** A request that did not run. */
  refused(callable: Callable): void;
  /** Writes what is new; called every so often. */
  report(): Promise<void>;
}

interface Tally {
  alias: { namespace: string; name: string };
  functionKey: string;
  version: string;
  startTime: string;
  invocations: number;
  errors: number;
  throttles: number;
  /** Requests when it was written last. */
  reported: number;
}

/** `gateway` is unique to this process: the counts of two must not overwrite each other. */
export function createTraffic({ kube }: KubeDep, gateway: string): Traffic {
  const tallies = new Map<string, Tally>();
  /** Of rollouts that are over: our counts are taken out again. */
  const over = new Map<string, Tally["alias"]>();

  const tallyOf = ({ target, functionVersion }: Callable): Tally[] =>
    tallies.size === 0
      ? []
      : [...tallies.values()].filter(
          (one) => one.functionKey === target.functionKey && one.version === functionVersion,
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
        version: rollout.toVersion,
        startTime: rollout.startTime,
        invocations: 0,
        errors: 0,
        throttles: 0,
        reported: 0,
      });
    },
    ended(callable, isError) {
      for (const tally of tallyOf(callable)) {
        tally.invocations++;
        if (isError) tally.errors++;
      }
    },
    refused(callable) {
      for (const tally of tallyOf(callable)) tally.throttles++;
    },
    async report() {
      for (const tally of tallies.values()) {
        const { alias, startTime, invocations, errors, throttles } = tally;
        const requests = invocations + throttles;
        if (requests === tally.reported) continue;
        await write(alias, [{ gateway, startTime, invocations, errors, throttles }]);
        tally.reported = requests;
      }
      for (const [key, alias] of over) {
        await write(alias, []);
        over.delete(key);
      }
    },
  };
}
