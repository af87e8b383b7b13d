/** A generic environment: waits in the pool of its shape for whichever function is invoked first. */
import { shortHash } from "../../crds/hash.ts";
import { annotations, claims, labels } from "../../crds/labels.ts";
import { limits } from "../../crds/limits.ts";
import { poolPodName } from "../../crds/names.ts";
import type { KubeObject, OwnerReference } from "../kube/port.ts";
import type { Settings } from "../settings/schema.ts";
import { aheadVariables, rehearsals } from "./ahead.ts";
import { compileLater, framePod, type Trust } from "./frame.ts";
import { resourcesOf } from "./resources.ts";
import type { Shape } from "./shape.ts";
import { code, linkToken, tmp } from "./volumes.ts";

export interface PoolPod {
  shape: Shape;
  /** 5 to 16 lower-case letters and digits. */
  random: string;
  /** The namespace's ConfigMap `kambda-pool`. */
  owner: OwnerReference;
}

/** Reserves the smallest function's memory until it is claimed; may use its class's. */
export function buildPoolPod(
  { shape, random, owner }: PoolPod,
  settings: Settings,
  trust: Trust,
): KubeObject {
  const need = {
    requestMb: limits.memoryMbMin,
    limitMb: shape.memoryMb,
    cpuMb: shape.memoryMb,
    // INIT runs at full speed under every policy; `strict` comes with the resize after the claim.
    policy: "burst",
  } as const;
  return framePod(
    {
      name: poolPodName(shape.hash, random),
      shape,
      owner,
      labels: { [labels.claim]: claims.pool },
      annotations: { [annotations.template]: templateHash(shape, settings, trust) },
      resources: resourcesOf(need, settings),
      mounted: [tmp(shape.storageMb), ...code(), linkToken()],
      env: [...aheadVariables(shape.runtime, shape.memoryMb, rehearsals), compileLater],
    },
    settings,
    trust,
  );
}

/** Everything a pool pod is built from beside its name: a pod with another one is from before a change, and is replaced. */
export function templateHash(shape: Shape, settings: Settings, trust: Trust): string {
  const { images, environments, link } = settings;
  const { pullPolicy, pullSecrets } = images;
  const { cpuRequestShare, nodeSelector } = environments;
  return shortHash(
    [
      "template",
      shape.hash,
      rehearsals,
      { pullPolicy, pullSecrets, cpuRequestShare, nodeSelector },
      link,
      trust.ca,
    ],
    12,
  );
}
