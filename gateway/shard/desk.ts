/** What a shard asks of Kubernetes, done: reads and writes of its Lease, and the list of pods as they are now. */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { isReason, type KubeDep, type KubeObject } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { parseLease } from "../../kernel/lease/decide.ts";
import { type LeaseWrite, leaseObject } from "../../kernel/lease/write.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { cacheKey } from "../../kernel/reflector/cache.ts";
import type { Anew } from "../catalog/anew.ts";
import { parsePod } from "../catalog/pod.ts";
import type { Unheard } from "../placer/state.ts";
import type { ShardEvent } from "./event.ts";
import { shardOf } from "./hash.ts";

export interface DeskOptions extends Anew {
  namespace: string;
  shards: number;
  /** Selects the pods of environments. */
  labelSelector: string;
  /** Whether a process that holds the Lease is known to be no more: its pod is gone, or runs another. */
  isGone(holder: string): boolean;
  /** `namespace/functionName` of a Revision, when that is known. */
  functionKeyOf(revisionKey: string): string | undefined;
}

export interface Desk {
  readLease(shard: number, call: number): void;
  writeLease(shard: number, call: number, write: LeaseWrite): void;
  takeStock(shard: number, epoch: number): void;
  listPods(shard: number, epoch: number): void;
}

/** Answers come as events, aliases through the catalog; a failed list is asked for again by time. */
export function createDesk(
  deps: KubeDep & ClockDep & LogDep,
  options: DeskOptions,
  answer: (shard: number, event: ShardEvent) => void,
): Desk {
  const { kube, log } = deps;
  const nameOf = (shard: number) => `kambda-placer-${shard}`;

  const read = async (shard: number, call: number) => {
    try {
      const raw = await kube.get(resources.leases, { namespace: options.namespace, name: nameOf(shard) });
      const lease = raw === undefined ? undefined : parseLease(raw);
      if (lease !== undefined && options.isGone(lease.holder))
        answer(shard, { type: "peerUnreachable", peer: lease.holder });
      answer(shard, { type: "leaseRead", call, lease });
    } catch (error) {
      log.warn("cannot read the placer's lease", { lease: nameOf(shard), reason: String(error) });
      answer(shard, { type: "leaseFailed", call });
    }
  };
  const write = async (shard: number, call: number, asked: LeaseWrite) => {
    const key = { namespace: options.namespace, name: nameOf(shard) };
    const object = leaseObject(key, asked, deps.clock.nowMs());
    try {
      const written = await (asked.before === undefined
        ? kube.create(resources.leases, object)
        : kube.replace(resources.leases, object));
      if (asked.before?.holder !== asked.holder)
        log.info("the placer's seat", {
          lease: nameOf(shard),
          holder: asked.holder,
          epoch: asked.transitions + 1,
        });
      answer(shard, { type: "leaseWritten", call, lease: parseLease(written) });
    } catch (error) {
      const isLost = ["Conflict", "AlreadyExists", "NotFound"].some((reason) => isReason(error, reason));
      if (!isLost)
        log.warn("cannot write the placer's lease", { lease: nameOf(shard), reason: String(error) });
      answer(shard, { type: isLost ? "leaseConflict" : "leaseFailed", call });
    }
  };
  const list = async (shard: number, epoch: number) => {
    try {
      const { labelSelector } = options;
      const { items } = await kube.list(resources.pods, { labelSelector });
      const pods = items.flatMap((item) => unheardOf(item, options.functionKeyOf));
      const here = pods.filter(({ namespace }) => shardOf(namespace, options.shards) === shard);
      answer(shard, { type: "podsListed", epoch, pods: here });
    } catch (error) {
      log.warn("cannot list environments", { reason: String(error) });
    }
  };
  /** What the placer before us acted on is among these: it confirmed its epoch after it had heard of them (V2). */
  const readAliases = async (shard: number) => {
    const { items } = await kube.list(resources.aliases, {});
    const here = items.filter(({ metadata }) => shardOf(metadata.namespace ?? "", options.shards) === shard);
    for (const alias of here) {
      const missing = options.missingOf(alias);
      if (missing instanceof Error) {
        passOver(alias, missing);
        continue;
      }
      for (const name of missing) {
        const key = { namespace: alias.metadata.namespace ?? "", name };
        const revision = await kube.get(resources.revisions, key);
        if (revision !== undefined) passOver(revision, options.revisionRead(revision));
      }
      passOver(alias, options.aliasRead(alias));
    }
  };
  /** One object that makes no sense must not leave a shard without its placer. */
  const passOver = ({ kind, metadata }: KubeObject, error: Error | undefined) => {
    if (error === undefined) return;
    const reason = error.message;
    log.warn("cannot read an object; it is passed over", { kind, key: cacheKey(metadata), reason });
  };
  const takeStock = async (shard: number, epoch: number) => {
    try {
      await readAliases(shard);
    } catch (error) {
      log.warn("cannot read aliases", { reason: String(error) });
      return;
    }
    await list(shard, epoch);
  };
  return {
    takeStock: (shard, epoch) => void takeStock(shard, epoch),
    readLease: (shard, call) => void read(shard, call),
    writeLease: (shard, call, asked) => void write(shard, call, asked),
    listPods: (shard, epoch) => void list(shard, epoch),
  };
}

/** A pod that may run something: a node has it, and it has not ended. */
function unheardOf(raw: KubeObject, functionKeyOf: DeskOptions["functionKeyOf"]): Unheard[] {
  const pod = parsePod(raw);
  if (pod instanceof Error || !pod.scheduled || pod.phase === "ended") return [];
  const { uid: id, namespace, revision } = pod;
  // Of a Revision nobody knows any more, it may have been anybody's.
  const functionKey = revision === undefined ? undefined : functionKeyOf(`${namespace}/${revision}`);
  return [{ id, namespace, functionKey }];
}
