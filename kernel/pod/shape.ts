/** The shape of an environment: what cannot change after its pod or its runtime process has started. One pool a shape. */
import { shapeHash } from "../../crds/names.ts";
import type { RevisionSpec } from "../../crds/revision/schema.ts";
import { findRuntime } from "../../crds/runtimes.ts";
import type { Settings } from "../settings/schema.ts";
import { classOf, storageClassesMb } from "./resources.ts";

export interface Shape {
  /** Value of the label `kambda.dev/shape`. */
  hash: string;
  namespace: string;
  image: string;
  /** Undefined for a function's own image. */
  runtime: string | undefined;
  architecture: "x86_64" | "arm64";
  /** The class, or the function's own size above the last. */
  memoryMb: number;
  storageMb: number;
  /** Name of the network profile, when there is one. */
  network: string | undefined;
  runtimeClassName: string | undefined;
}

/** Environments of this revision may come from a pool of its shape; else each gets a pod of its own. */
export function poolable(spec: RevisionSpec, settings: Settings): boolean {
  return (
    settings.pools.enabled &&
    spec.packageType === "Zip" &&
    (spec.environment?.from ?? []).length === 0 &&
    spec.automountServiceAccountToken !== true &&
    spec.fileSystem === undefined &&
    classOf(spec.memorySize, settings.pools.classesMb) !== undefined
  );
}

export function shapeOf(spec: RevisionSpec, settings: Settings, namespace: string): Shape {
  const parts = {
    namespace,
    image: imageOf(spec, settings),
    runtime: spec.runtime,
    architecture: spec.architectures[0] ?? "x86_64",
    memoryMb: classOf(spec.memorySize, settings.pools.classesMb) ?? spec.memorySize,
    storageMb: classOf(spec.ephemeralStorage.size, storageClassesMb) ?? spec.ephemeralStorage.size,
    network: spec.vpc?.profile,
    runtimeClassName: spec.runtimeClassName ?? settings.environments.runtimeClassName,
  };
  return { hash: shapeHash(parts), ...parts };
}

/** The runtime's image, or the function's own. */
export function imageOf(spec: RevisionSpec, settings: Settings): string {
  if (spec.image !== undefined) return spec.image.uri;
  const name = spec.runtime ?? "";
  const found = findRuntime(name);
  // A Revision is made only of a runtime that was found; an older one may name a runtime that is gone since.
  const image = found.kind === "found" ? found.runtime.image : `runtime-${name}`;
  return settings.images.runtimes[name] ?? `${settings.images.prefix}${image}:${settings.images.tag}`;
}

export function supervisorImageOf(settings: Settings): string {
  return settings.images.supervisor ?? `${settings.images.prefix}supervisor:${settings.images.tag}`;
}
