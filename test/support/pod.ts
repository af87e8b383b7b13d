/** Pods of the tests' own: a script run by the product's image (it has Bun), as restricted as every pod here must be. */
import { apply, get, kubectl, type Manifest } from "./kubectl.ts";
import { productImage } from "./release.ts";
import { until } from "./until.ts";

export interface ScriptPod {
  name: string;
  namespace: string;
  address: string;
  /** Runs a program in the pod; gives what it printed. */
  exec(words: string[], input?: string): Promise<string>;
  log(): Promise<string>;
}

const readySeconds = 60;

export interface ScriptPodOptions {
  namespace: string;
  name: string;
  /** TypeScript for Bun. */
  script: string;
  env?: Record<string, string>;
  labels?: Record<string, string>;
  serviceAccountName?: string;
  /** Where it must run, and what it asks of the CPUs there. */
  nodeName?: string;
  milliCpu?: number;
  /** What a container of the pod has besides, as the Kubernetes API writes it. */
  volumes?: unknown[];
  volumeMounts?: unknown[];
}

/** Makes the pod and waits until it runs (a script that serves must be asked until it answers). */
export async function scriptPod(options: ScriptPodOptions): Promise<ScriptPod> {
  const { namespace, name } = options;
  await applyScriptPod(options);
  const address = await until(`pod ${name} to run`, readySeconds, async () => {
    const status = (await get("pod", name, namespace))?.status as PodStatus | undefined;
    return status?.phase === "Pending" ? undefined : status?.podIP;
  });
  return {
    name,
    namespace,
    address,
    exec: (words, input) =>
      kubectl(["-n", namespace, "exec", ...(input === undefined ? [] : ["-i"]), name, "--", ...words], {
        ...(input === undefined ? {} : { input }),
      }),
    log: () => kubectl(["-n", namespace, "logs", name]),
  };
}

/** The same, and does not wait for it. */
export async function applyScriptPod(options: ScriptPodOptions): Promise<void> {
  const { namespace, name } = options;
  const script: Manifest = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `${name}-script` },
    data: { "main.ts": options.script },
  } as Manifest;
  await apply([script, podManifest(options, await productImage())], ["-n", namespace]);
}

interface PodStatus {
  phase?: string;
  podIP?: string;
}

/** The security context the `restricted` pod security standard asks of a container. */
export const restricted = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  runAsUser: 65_532,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

function podManifest(options: ScriptPodOptions, image: string): Manifest {
  const { name, labels = {}, env = {}, serviceAccountName, nodeName, milliCpu } = options;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: name, ...labels } },
    spec: {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
      ...(nodeName === undefined ? {} : { nodeName }),
      containers: [
        {
          name: "script",
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["bun", "/script/main.ts"],
          workingDir: "/files",
          env: Object.entries({ ...env, HOME: "/files" }).map(([key, value]) => ({ name: key, value })),
          securityContext: restricted,
          ...(milliCpu === undefined ? {} : { resources: { requests: { cpu: `${milliCpu}m` } } }),
          volumeMounts: [
            { name: "script", mountPath: "/script" },
            { name: "files", mountPath: "/files" },
            ...(options.volumeMounts ?? []),
          ],
        },
      ],
      volumes: [
        { name: "script", configMap: { name: `${name}-script` } },
        { name: "files", emptyDir: {} },
        ...(options.volumes ?? []),
      ],
    },
  } as Manifest;
}
