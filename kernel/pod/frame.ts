/** What pool pods and dedicated pods have in common: PID 1 is the supervisor, and the `restricted` standard holds. */
import { components, labels } from "../../crds/labels.ts";
import { limits } from "../../crds/limits.ts";
import type { KubeObject, OwnerReference } from "../kube/port.ts";
import type { Settings } from "../settings/schema.ts";
import type { Resources } from "./resources.ts";
import type { Shape } from "./shape.ts";
import { type Mounted, tokenPath } from "./volumes.ts";

/** What a pod believes: the link's CA, as in ConfigMap `kambda-trust`. */
export interface Trust {
  /** PEM. */
  ca: string;
}

/** The user of Lambda's own images, so that files owned by it in ported images stay readable. */
const userId = 993;
const groupId = 990;

export const containerName = "runtime";

/** Bun would read .env and bunfig.toml of the folder it starts in, which may be a function's own: neither may steer PID 1. */
export const supervisorCommand = [
  "/kambda/bin/bun",
  "--no-env-file",
  "--config=/kambda/supervisor/bunfig.toml",
  "/kambda/supervisor/main.js",
];

/** The same in an image that may have another C library or none: the supervisor brings its own. */
export const foreignSupervisorCommand = [
  "/kambda/lib/ld.so",
  "--library-path",
  "/kambda/lib",
  ...supervisorCommand,
];

/**
 * For supervisors in images of ours. Their engine compiles what has run often, in threads beside it. By its own mark (500) that would
 * begin with a claim, and compiling was a third of what a claim cost. Warm calls cost the same (docs/results.md).
 */
export const compileLater = { name: "BUN_JSC_thresholdForJITAfterWarmUp", value: "5000" };

/** The names by which extensions listen for telemetry: the environment itself, as in Lambda. */
const telemetryHosts = { ip: "127.0.0.1", hostnames: ["sandbox.localdomain", "sandbox"] };

export interface Frame {
  name: string;
  shape: Shape;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  owner: OwnerReference;
  resources: Resources;
  mounted: Mounted[];
  /** What starts the supervisor, where it is not `supervisorCommand`. */
  command?: string[];
  /** Further variables, from Secrets and ConfigMaps. */
  env?: unknown[];
  initContainers?: unknown[];
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  /** A claimed volume is writable by the function's group. */
  fsGroup?: boolean;
}

export const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

export function framePod(frame: Frame, settings: Settings, trust: Trust): KubeObject {
  const { shape } = frame;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: frame.name,
      namespace: shape.namespace,
      labels: {
        "app.kubernetes.io/managed-by": "kambda",
        [labels.component]: components.environment,
        [labels.shape]: shape.hash,
        ...(shape.network === undefined ? {} : { [labels.network]: shape.network }),
        ...frame.labels,
      },
      ...(frame.annotations === undefined ? {} : { annotations: frame.annotations }),
      ownerReferences: [frame.owner],
    },
    spec: {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: limits.podGraceSeconds,
      enableServiceLinks: false,
      hostAliases: [telemetryHosts],
      automountServiceAccountToken: frame.automountServiceAccountToken ?? false,
      ...(frame.serviceAccountName === undefined ? {} : { serviceAccountName: frame.serviceAccountName }),
      ...(shape.runtimeClassName === undefined ? {} : { runtimeClassName: shape.runtimeClassName }),
      nodeSelector: {
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": shape.architecture === "arm64" ? "arm64" : "amd64",
        ...settings.environments.nodeSelector,
      },
      imagePullSecrets: settings.images.pullSecrets.map((name) => ({ name })),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: userId,
        runAsGroup: groupId,
        seccompProfile: { type: "RuntimeDefault" },
        ...(frame.fsGroup === true ? { fsGroup: groupId, fsGroupChangePolicy: "OnRootMismatch" } : {}),
      },
      ...(frame.initContainers === undefined ? {} : { initContainers: frame.initContainers }),
      containers: [
        {
          name: containerName,
          image: shape.image,
          imagePullPolicy: settings.images.pullPolicy,
          // The supervisor's last note, so that a failed pod says more than its exit code.
          terminationMessagePolicy: "FallbackToLogsOnError",
          command: frame.command ?? supervisorCommand,
          env: [...(frame.env ?? []), ...linkVariables(settings, trust)],
          resources: frame.resources,
          // A resize corrects what the scheduler reserves; it must never restart an environment.
          resizePolicy: [
            { resourceName: "cpu", restartPolicy: "NotRequired" },
            { resourceName: "memory", restartPolicy: "NotRequired" },
          ],
          securityContext: containerSecurity,
          volumeMounts: frame.mounted.map((one) => one.mount),
        },
      ],
      volumes: frame.mounted.map((one) => one.volume),
    },
  };
}

function linkVariables(settings: Settings, trust: Trust) {
  return [
    { name: "KAMBDA_LINK_HOST", value: settings.link.host },
    { name: "KAMBDA_LINK_PORT", value: String(settings.link.port) },
    { name: "KAMBDA_LINK_CA", value: trust.ca },
    { name: "KAMBDA_TOKEN_PATH", value: tokenPath },
  ];
}
