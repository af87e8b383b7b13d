/** An environment of one Revision, for functions whose shape has no pool, or whose pool is empty. */
import { annotations, claims, labels, versionLabelValue } from "../../crds/labels.ts";
import { inheritedPrefix, silencedVariables } from "../../crds/link/messages.ts";
import { environmentPodName, labelValue } from "../../crds/names.ts";
import type { RevisionObject, RevisionSpec } from "../../crds/revision/schema.ts";
import type { KubeObject, OwnerReference } from "../kube/port.ts";
import type { Settings } from "../settings/schema.ts";
import { aheadVariables } from "./ahead.ts";
import { compileLater, containerSecurity, foreignSupervisorCommand, framePod, type Trust } from "./frame.ts";
import { resourcesOf } from "./resources.ts";
import { shapeOf, supervisorImageOf } from "./shape.ts";
import { code, fileSystem, linkToken, supervisor, supervisorVolume, tmp } from "./volumes.ts";

export interface DedicatedPod {
  revision: RevisionObject;
  /** 5 to 16 lower-case letters and digits. */
  random: string;
  /** It is kept initialised, traffic or not. */
  isProvisioned?: boolean;
}

export function buildDedicatedPod(
  { revision, random, isProvisioned = false }: DedicatedPod,
  settings: Settings,
  trust: Trust,
): KubeObject {
  const { spec, metadata } = revision;
  const shape = shapeOf(spec, settings, metadata.namespace);
  const isImage = spec.packageType === "Image";
  const need = {
    requestMb: spec.memorySize,
    limitMb: spec.memorySize,
    cpuMb: spec.memorySize,
    // INIT runs at full speed under every policy; `strict` comes with the resize after it.
    policy: "burst",
  } as const;
  return framePod(
    {
      name: environmentPodName(metadata.name, random),
      shape,
      owner: ownerOf(revision),
      labels: {
        [labels.claim]: claims.dedicated,
        ...(isProvisioned ? { [labels.provisioned]: "true" } : {}),
        ...revisionLabels(revision),
      },
      annotations: { [annotations.functionName]: spec.functionName },
      resources: resourcesOf(need, settings),
      mounted: [
        tmp(spec.ephemeralStorage.size),
        ...(isImage ? [supervisor()] : code()),
        linkToken(),
        ...(spec.fileSystem === undefined ? [] : [fileSystem(spec.fileSystem)]),
      ],
      env: [
        ...variablesFrom(spec),
        ...(isImage ? silenced : [...aheadVariables(spec.runtime, spec.memorySize, 0), compileLater]),
      ],
      ...(isImage ? { initContainers: [supervisorCopy(settings)], command: foreignSupervisorCommand } : {}),
      ...(spec.role === undefined ? {} : { serviceAccountName: spec.role }),
      automountServiceAccountToken: spec.role !== undefined && spec.automountServiceAccountToken === true,
      fsGroup: spec.fileSystem !== undefined,
    },
    settings,
    trust,
  );
}

/** What tells whose environment a pod is, once that is known. */
export function revisionLabels({ metadata, spec }: RevisionObject): Record<string, string> {
  return {
    [labels.function]: labelValue(spec.functionName),
    [labels.version]: versionLabelValue(spec.functionVersion),
    [labels.revision]: metadata.name,
  };
}

export function ownerOf({ apiVersion, kind, metadata }: RevisionObject): OwnerReference {
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: false,
  };
}

/** Bun takes an empty preload for a missing file and ends, so that one names a file of ours that holds nothing. */
const silenced = silencedVariables.map((name) => ({
  name,
  value: name === "BUN_INSPECT_PRELOAD" ? "/kambda/supervisor/bunfig.toml" : "",
}));

/** The kubelet reads the values, so that we never do. */
function variablesFrom(spec: RevisionSpec): unknown[] {
  return (spec.environment?.from ?? []).map(({ name, secretKeyRef, configMapKeyRef }) => ({
    name: `${inheritedPrefix}${name}`,
    valueFrom: secretKeyRef === undefined ? { configMapKeyRef } : { secretKeyRef },
  }));
}

/** Copies Bun and the supervisor beside the function's image. Its own image has no shell, hence the program. */
function supervisorCopy(settings: Settings) {
  const program = 'require("node:fs").cpSync("/kambda", "/target", { recursive: true })';
  return {
    name: "supervisor",
    image: supervisorImageOf(settings),
    imagePullPolicy: settings.images.pullPolicy,
    command: ["/kambda/bin/bun", "-e", program],
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } },
    securityContext: containerSecurity,
    volumeMounts: [{ name: supervisorVolume, mountPath: "/target" }],
  };
}
