/**
 * The installation's settings: one JSON file, rendered by the chart from `values.settings`, read by operator and gateway.
 * Everything has a default, so that an empty object is a valid installation.
 */
import { z } from "zod";
import { limits } from "../../crds/limits.ts";

const domainName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const cidr = z.union([z.cidrv4(), z.cidrv6()]);

export const settingsSchema = z.strictObject({
  account: z
    .strictObject({
      region: z.string().max(64).default("us-east-1"),
      /** 12-digit account ids by namespace; the rest are derived from the namespace's name. */
      ids: z.record(z.string(), z.string().regex(/^\d{12}$/)).default({}),
      concurrentExecutions: z.int().min(1).default(limits.concurrencyPerAccount),
      /** What reservations and provisioned environments must leave to functions without them. */
      unreservedMin: z.int().min(0).default(limits.concurrencyUnreservedMin),
      /** Requests a second for each unit of concurrency. */
      requestRatePerConcurrency: z.int().min(1).default(limits.requestsPerSecondPerConcurrency),
      /** How fast concurrency may rise: so much at once, then so much a minute; or, if not 0, of each function in 10 seconds. */
      burst: z
        .strictObject({
          concurrency: z.int().min(1).default(3000),
          perMinute: z.int().min(1).default(500),
          functionStartsPer10s: z.int().min(0).default(0),
        })
        .prefault({}),
    })
    .prefault({}),
  urls: z
    .strictObject({
      /** Function URLs are `<scheme>://<url-id>.<domain>[:port]/`: a name in lower case, without scheme, port or `*.` before it. */
      domain: z.string().max(200).regex(domainName).default("lambda-url.localhost"),
      scheme: z.enum(["http", "https"]).default("http"),
      /** The port people use, when not the scheme's own. */
      port: z.int().min(1).max(65_535).optional(),
      /** `/<url-id>/…` on any host as well: all functions then share one origin, so off unless asked for. */
      pathForm: z.boolean().default(false),
      /** Part of every url-id, so that two installations give different URLs; keep it in Git with the values. */
      seed: z.string().max(128).default("kambda"),
      /** How many proxies of yours stand before the public listener: that many X-Forwarded-For hops are believed. */
      trustedProxies: z.int().min(0).max(8).default(0),
    })
    .prefault({}),
  images: z
    .strictObject({
      /** `<registry>/` or empty, put before `runtime-<runtime>:<tag>` and `supervisor:<tag>`. */
      prefix: z.string().max(200).default("kambda/"),
      tag: z.string().max(128).default("0.1.0"),
      /** A runtime's image by name, instead of prefix and tag. */
      runtimes: z.record(z.string(), z.string().max(400)).default({}),
      supervisor: z.string().max(400).optional(),
      pullPolicy: z.enum(["IfNotPresent", "Always", "Never"]).default("IfNotPresent"),
      pullSecrets: z.array(z.string().max(253)).max(8).default([]),
    })
    .prefault({}),
  pools: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** Generic environments kept ready for each shape in use. */
      sizeMin: z.int().min(0).max(100).default(1),
      /** What demand may make of it: as many as were taken in ten seconds of the last five minutes. */
      sizeMax: z.int().min(0).max(100).default(5),
      /** Pool pods that start at once, of all namespaces: what a claim took is put back at a pace that the nodes can bear. */
      startingMax: z.int().min(1).max(100).default(2),
      sizeMaxPerNamespace: z.int().min(0).max(1000).default(10),
      sizeMaxTotal: z.int().min(0).max(5000).default(50),
      /**
       * Memory classes in MB; a function takes the smallest that holds it, and none above the last. A Node.js function starts
       * fastest when its size is a class: V8's heap is sized when the process starts.
       */
      classesMb: z.array(z.int().min(128)).max(16).default([128, 256, 512, 1024, 2048, 3072]),
      /** A namespace without a claim for this long has no pool. */
      idleSecondsMax: z.int().min(60).default(3600),
    })
    .prefault({}),
  environments: z
    .strictObject({
      idleSecondsMax: z.int().min(1).default(600),
      /** Environments retire after this, ± 20 %, which is how images roll. */
      ageSecondsMax: z.int().min(60).default(14_400),
      /** `burst`: up to 1 vCPU or the proportion, whichever is more; `strict`: the proportion. */
      cpuPolicy: z.enum(["burst", "strict"]).default("burst"),
      /** Share of the proportional CPU that is requested from the scheduler, so that small nodes can hold many. */
      cpuRequestShare: z.number().min(0).max(1).default(0.25),
      failedInitKeptSeconds: z.int().min(0).default(600),
      /**
       * A pod that no node takes is given up after this, and its callers are told why. Where nodes are added on demand: as long as that
       * takes; callers wait no longer than `invoke.waitMsMax`, and find the environment when they come again.
       */
      unschedulableSecondsMax: z.int().min(1).max(240).default(10),
      runtimeClassName: z.string().max(253).optional(),
      nodeSelector: z.record(z.string(), z.string()).default({}),
      /**
       * Network profiles that functions may name in `vpc.profile`: those that a NetworkPolicy of yours stands behind, by the label
       * `kambda.dev/network`. Any other is refused, for nothing would restrict it.
       */
      networkProfiles: z.array(z.string().min(1).max(63)).max(64).default([]),
    })
    .prefault({}),
  invoke: z
    .strictObject({
      /** How long a request may wait for an environment before 429/503. */
      waitMsMax: z.int().min(0).default(60_000),
      /** What one streamed response may have; Lambda's soft limit. */
      streamedResponseBytesMax: z.int().min(1).default(limits.streamedResponseBytesMax),
      waitingMaxPerFunction: z.int().min(1).default(1000),
      waitingBytesMax: z
        .int()
        .min(1)
        .default(256 * 1024 * 1024),
      waitingBytesMaxPerNamespace: z
        .int()
        .min(1)
        .default(64 * 1024 * 1024),
    })
    .prefault({}),
  gateway: z
    .strictObject({
      /** Placement shards: namespaces are spread over so many placers. Change it only with every gateway stopped. */
      shards: z.int().min(1).max(64).default(1),
    })
    .prefault({}),
  egress: z
    .strictObject({
      /** Ranges that code URLs and S3 endpoints may be in although they are internal. */
      allowCidrs: z.array(cidr).max(64).default([]),
      /** Ranges that they may not be in although they look public: the pods and Services of some clusters. */
      denyCidrs: z.array(cidr).max(64).default([]),
      timeoutMsMax: z.int().min(100).default(60_000),
      redirectsMax: z.int().min(0).max(10).default(3),
    })
    .prefault({}),
  link: z
    .strictObject({
      host: z.string().max(253).default("kambda-link.kambda-system.svc"),
      port: z.int().min(1).max(65_535).default(7443),
    })
    .prefault({}),
});

export type Settings = z.infer<typeof settingsSchema>;

export interface SettingsDep {
  settings: Settings;
}
