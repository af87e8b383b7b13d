/** What gateways say to each other, checked as it comes in: one JSON object a frame. */
import { z } from "zod";
import { epochMax } from "../../crds/link/epoch.ts";
import type { PodKey } from "../link/identity.ts";
import type { ClientMessage, PlacerMessage } from "../shard/event.ts";

const text = z.string().max(1024);
const count = z.number().min(0);
const epoch = count.max(epochMax);

const target = z.object({
  key: text,
  functionKey: text,
  namespace: text,
  poolShape: text.optional(),
});
const want = z.object({
  id: text,
  target,
  caps: z.object({
    reserved: count.optional(),
    unreserved: count,
    account: count,
    provisioned: count,
    setAside: count,
  }),
  draw: z.object({ alias: text, chance: z.number().min(0).max(1) }).optional(),
  bytes: count,
  paced: z.boolean().optional(),
});
const failureKinds = [
  "quota",
  "admission",
  "unschedulable",
  "image",
  "code",
  "slow",
  "configuration",
  "deleted",
  "crashed",
  "unavailable",
] as const;
const reasons = [
  "ReservedFunctionConcurrentInvocationLimitExceeded",
  "ConcurrentInvocationLimitExceeded",
  "ReservedFunctionInvocationRateLimitExceeded",
  "FunctionInvocationRateLimitExceeded",
] as const;
/** What only a later release knows is read as the most general there is: to hang up would cost all callers for one refusal's sake. */
const refusal = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("throttled"),
    reason: z.enum(reasons).catch("ConcurrentInvocationLimitExceeded"),
    retryMs: z.number(),
    wasHeld: z.boolean().optional(),
  }),
  z.object({ kind: z.literal("full"), what: z.enum(["requests", "bytes"]) }),
  z.object({ kind: z.literal("waited"), waitedMs: z.number() }),
  z.object({
    kind: z.literal("cannotStart"),
    failure: z.object({ kind: z.enum(failureKinds).catch("unavailable"), message: z.string().max(16_384) }),
  }),
]);
const granted = z.object({
  by: text,
  environmentId: text,
  grant: text,
  epoch,
  target,
  assigned: z.boolean(),
});

/** 1: want, grant and what belongs to them. 2: podKey and more kinds of failures (`spoken.ts`), which one of version 1 does not understand. */
export const peerVersion = 2;
export const podKeyVersion = 2;

const schema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), id: text, shards: count, version: count.default(1) }),
  z.object({ type: z.literal("ping") }),
  z.object({ type: z.literal("podKey"), uid: text, publicKey: text }),
  z.object({
    type: z.literal("toPlacer"),
    shard: count,
    message: z.discriminatedUnion("type", [
      z.object({ type: z.literal("want"), want }),
      z.object({ type: z.literal("cancel"), wantId: text }),
      z.object({ type: z.literal("unused"), environmentId: text, grant: text, sent: z.boolean() }),
      z.object({ type: z.literal("orphaned"), environmentId: text, grant: text }),
      z.object({ type: z.literal("health"), staleMs: z.number() }),
    ]),
  }),
  z.object({
    type: z.literal("toClient"),
    shard: count,
    message: z.discriminatedUnion("type", [
      z.object({ type: z.literal("placing"), epoch }),
      z.object({ type: z.literal("grant"), wantId: text, granted }),
      z.object({ type: z.literal("refuse"), wantId: text, refusal }),
    ]),
  }),
]);

export type PeerMessage =
  | { type: "hello"; id: string; shards: number; version: number }
  | { type: "ping" }
  /** The sender has accepted this pod's token. */
  | ({ type: "podKey" } & PodKey)
  | { type: "toPlacer"; shard: number; message: ClientMessage }
  | { type: "toClient"; shard: number; message: PlacerMessage };

/** Throws ZodError: the connection must then be closed. */
export function readPeerMessage(head: unknown): PeerMessage {
  return schema.parse(head) as PeerMessage;
}
