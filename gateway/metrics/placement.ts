/** Metrics of placement: told by the gateway that is a shard's placer; the others tell of their own changes only. */

import { Counter, Gauge, type Registry } from "prom-client";
import { readKey } from "../../kernel/reflector/cache.ts";
import type { PlacerState } from "../placer/state.ts";
import type { ShardState } from "../shard/state.ts";
import { largest, otherName } from "./largest.ts";
import { metricsLimits } from "./limits.ts";

export function registerPlacement(registers: Registry[], shards: () => readonly ShardState[]): void {
  const placers = (): { shard: number; epoch: number; placer: PlacerState }[] =>
    shards().flatMap(({ seat }, shard) =>
      seat.at === "placing" ? [{ shard, epoch: seat.epoch, placer: seat.placer }] : [],
    );
  const byNamespace = (
    name: string,
    help: string,
    read: (placer: PlacerState) => Iterable<[string, number]>,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: ["namespace"],
      registers,
      collect() {
        this.reset();
        const all = placers().flatMap(({ placer }) => [...read(placer)]);
        const { shown, rest } = largest(all, metricsLimits.namespacesMax, ([, count]) => count);
        for (const [namespace, count] of shown) this.inc({ namespace }, count);
        for (const [, count] of rest) this.inc({ namespace: otherName }, count);
      },
    });
  byNamespace(
    "kambda_unreserved_concurrent_executions",
    "Invocations in flight of functions without reserved concurrency.",
    function* ({ accounts }) {
      for (const { namespace, unreservedInFlight } of accounts.values())
        yield [namespace, unreservedInFlight];
    },
  );
  byNamespace(
    "kambda_pool_environments",
    "Unclaimed environments that wait in pools for a function to claim them.",
    function* ({ pools }) {
      const sizes = new Map<string, number>();
      for (const [shape, { length }] of pools) {
        const { namespace } = readKey(shape);
        sizes.set(namespace, (sizes.get(namespace) ?? 0) + length);
      }
      yield* sizes;
    },
  );
  new Gauge({
    name: "kambda_placer_epoch",
    help: "The epoch under which this gateway places, by shard; absent where it does not.",
    labelNames: ["shard"],
    registers,
    collect() {
      this.reset();
      for (const { shard, epoch } of placers()) this.set({ shard }, epoch);
    },
  });
  new Gauge({
    name: "kambda_placer_unheard_environments",
    help: "Environments that count as in use because they have not acknowledged this placer yet.",
    labelNames: ["shard"],
    registers,
    collect() {
      this.reset();
      for (const { shard, placer } of placers()) this.set({ shard }, placer.unheard.size);
    },
  });
  new Counter({
    name: "kambda_placer_handovers_total",
    help: "Times this gateway became a shard's placer.",
    registers,
    collect() {
      this.reset();
      this.inc(shards().reduce((sum, { handovers }) => sum + handovers, 0));
    },
  });
  new Counter({
    name: "kambda_pool_misses_total",
    help: "Starts that made a pod although the shape has a pool, which was empty.",
    registers,
    collect() {
      this.reset();
      this.inc(shards().reduce((sum, { poolMisses }) => sum + poolMisses, 0));
    },
  });
  new Counter({
    name: "kambda_pool_claims_total",
    help: "Environments claimed from a pool.",
    registers,
    collect() {
      this.reset();
      this.inc(shards().reduce((sum, { poolClaims }) => sum + poolClaims, 0));
    },
  });
}
