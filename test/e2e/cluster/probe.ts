/** Pods of the embedded cluster's own image that try, on request, what the network allows them. */
import { randomBytes } from "node:crypto";
import { apply, get, kubectl, type Manifest } from "../../support/kubectl.ts";
import { until } from "../../support/until.ts";

const image = "kambda.dev/node:1";
export const port = 8080;

export type Specified = Manifest & { spec: Record<string, unknown> };

export interface Outcome {
  ok: boolean;
  detail: string;
}

export interface Probe {
  readonly address: string;
  /** Whether a connection to `target` (host:port) is made from the pod. */
  connects(target: string): Promise<boolean>;
  /** Asks the pod from this machine, which the cluster's route allows. */
  ask(path: string): Promise<Outcome>;
}

export async function makeNamespace(purpose: string): Promise<string> {
  const name = `cluster-${purpose}-${randomBytes(3).toString("hex")}`;
  await apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name } }]);
  return name;
}

export async function removeNamespace(name: string): Promise<void> {
  await kubectl(["delete", "namespace", name, "--wait=false"]);
}

/** `first` is dialled by the pod before anything else. */
export function probePod(
  name: string,
  options: { first?: string; volumes?: unknown[]; mounts?: unknown[] } = {},
): Specified {
  const { first, volumes = [], mounts = [] } = options;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      containers: [
        {
          name: "probe",
          image,
          imagePullPolicy: "Never",
          command: ["/probe", `:${port}`, ...(first === undefined ? [] : [first])],
          ports: [{ name: "probe", containerPort: port }],
          volumeMounts: mounts,
        },
      ],
      volumes,
    },
  };
}

export async function startProbe(namespace: string, pod: Specified): Promise<Probe> {
  await apply([pod], ["-n", namespace]);
  const address = await until(`pod ${pod.metadata.name} to be ready`, 60, async () => {
    const { status } = (await get("pod", pod.metadata.name, namespace)) ?? {};
    const conditions = status?.conditions as { type: string; status: string }[] | undefined;
    const ready = conditions?.some((condition) => condition.type === "Ready" && condition.status === "True");
    return ready ? (status?.podIP as string) : undefined;
  });
  const ask = async (path: string): Promise<Outcome> => {
    const answer = await fetch(`http://${address}:${port}${path}`, { signal: AbortSignal.timeout(10_000) });
    return (await answer.json()) as Outcome;
  };
  return {
    address,
    ask,
    connects: async (target) => (await ask(`/dial?to=${encodeURIComponent(target)}`)).ok,
  };
}
