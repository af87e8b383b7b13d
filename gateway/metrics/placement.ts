/** Metrics of placement: told by the gateway that is a shard's placer; the others tell of their own changes only. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { PlacerState } from "../placer/state.ts";
import type { ShardState } from "../shard/state.ts";

export function registerPlacement(registers: Registry[], shards: () => readonly ShardState[]): void {
  const placers = (): { shard: number; epoch: number; placer: PlacerState }[] =>
    shards().flatMap(({ seat }, shard) =>
      seat.at === "placing" ? [{ shard, epoch: seat.epoch, placer: seat.placer }] : [],
    );
  new Gauge({
    name: "kambda_unreserved_concurrent_executions",
    help: "Invocations in flight of functions without reserved concurrency.",
    labelNames: ["namespace"],
    registers,
    collect() {
      this.reset();
      for (const { placer } of placers())
        for (const { namespace, unreservedInFlight } of placer.accounts.values())
          this.set({ namespace }, unreservedInFlight);
    },
  });
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
}
