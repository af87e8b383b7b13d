/** What our own accounts may do with pods: asked of the real API server as the gateway and as the operator. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { RevisionSpec } from "../../../crds/revision/schema.ts";
import { buildDedicatedPod } from "../../../kernel/pod/dedicated.ts";
import { buildPoolPod } from "../../../kernel/pod/pool.ts";
import { shapeOf } from "../../../kernel/pod/shape.ts";
import { settingsSchema } from "../../../kernel/settings/schema.ts";
import { anImageRevision, aRevision } from "../../../kernel/testing/objects.ts";
import { installation } from "../../support/installation.ts";
import { apply, kubectl, kubectlRefused } from "../../support/kubectl.ts";
import { until } from "../../support/until.ts";
import { chartNamespace } from "./namespace.ts";

setDefaultTimeout(60_000);

const namespace = chartNamespace("environments");
const gateway = `system:serviceaccount:${installation.namespace}:kambda-gateway`;
const operator = `system:serviceaccount:${installation.namespace}:kambda-operator`;
const settings = settingsSchema.parse({});
const trust = { ca: "PEM" };

type Json = { [field: string]: unknown };
interface Pod {
  metadata: Json & { labels: Record<string, string>; ownerReferences?: unknown[] };
  spec: Json & { containers: [Json & { securityContext: Json }]; volumes: Json[] };
}

function dedicated(spec: Partial<RevisionSpec> = {}): Pod {
  const revision = aRevision(spec);
  return here(buildDedicatedPod({ revision, random: "abcde" }, settings, trust));
}

function pooled(): Pod {
  const owner = { apiVersion: "v1", kind: "ConfigMap", name: "kambda-pool", uid: "u", controller: true };
  const shape = shapeOf(aRevision().spec, settings, namespace);
  return here(buildPoolPod({ shape, random: "abcde", owner }, settings, trust));
}

/** The builders' pods carry the namespace and owners of their tests. */
function here(built: unknown): Pod {
  const pod = structuredClone(built) as Pod;
  pod.metadata.namespace = namespace;
  return pod;
}

const creating = (account: string) => [
  "create",
  "-n",
  namespace,
  "--as",
  account,
  "--dry-run=server",
  "-f",
  "-",
];
const refused = (account: string, pod: Pod) =>
  kubectlRefused(creating(account), { input: JSON.stringify(pod) });
const taken = (account: string, pod: Pod) => kubectl(creating(account), { input: JSON.stringify(pod) });

beforeAll(async () => {
  const role = { name: "assumable", namespace, annotations: { "kambda.dev/assumable": "true" } };
  await apply([
    { apiVersion: "v1", kind: "ServiceAccount", metadata: role },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "powerful", namespace } },
  ]);
  await until("the policies to know the namespace's ServiceAccounts", 30, async () =>
    (await refused(gateway, dedicated({ role: "powerful" }))).includes("powerful has not the annotation"),
  );
  await until(
    "the namespace's own ServiceAccount",
    30,
    async () => (await taken(gateway, dedicated())) !== "",
  );
});

describe("the pods our builders make are let through:", () => {
  const pods: [string, () => Pod][] = [
    ["of a pool", pooled],
    ["of one Revision", dedicated],
    [
      "of a container image",
      () => here(buildDedicatedPod({ revision: anImageRevision(), random: "abcde" }, settings, trust)),
    ],
    [
      "with a role and its cluster token",
      () => dedicated({ role: "assumable", automountServiceAccountToken: true }),
    ],
    [
      "with a volume",
      () => dedicated({ fileSystem: { claimName: "disk", localMountPath: "/mnt/d", readOnly: false } }),
    ],
    [
      "with a variable from a Secret",
      () => dedicated({ environment: { from: [{ name: "DB", secretKeyRef: { name: "s", key: "k" } }] } }),
    ],
  ];
  test.each(pods)("%s", async (_, pod) => {
    await taken(gateway, pod());
    await taken(operator, pod());
  });
});

/** A pod as the builders make it, with one thing wrong. */
function but(change: (pod: Pod) => void): Pod {
  const pod = dedicated();
  change(pod);
  return pod;
}
const container = (change: Json) => but((pod) => Object.assign(pod.spec.containers[0], change));
const security = (change: Json) =>
  but((pod) => Object.assign(pod.spec.containers[0].securityContext, change));
const spec = (change: Json) => but((pod) => Object.assign(pod.spec, change));
const volume = (source: Json) => but((pod) => pod.spec.volumes.push({ name: "more", ...source }));

describe("a pod of any other kind is refused, whoever of us asks:", () => {
  const pods: [string, () => Pod, string][] = [
    [
      "not labelled as an environment",
      () => but((pod) => delete pod.metadata.labels["kambda.dev/component"]),
      "needs the label",
    ],
    ["without an owner", () => but((pod) => delete pod.metadata.ownerReferences), "is owned by a Revision"],
    ["on the node's network", () => spec({ hostNetwork: true }), "shares no namespace with its node"],
    ["among the node's processes", () => spec({ hostPID: true }), "shares no namespace with its node"],
    ["on a node of its choice", () => spec({ nodeName: "control" }), "goes where the scheduler puts it"],
    [
      "with the system's priority",
      () => spec({ priorityClassName: "system-node-critical" }),
      "no priority of the system's",
    ],
    ["with a folder of the node", () => volume({ hostPath: { path: "/" } }), "has volumes of the types"],
    [
      "with a Secret as volume",
      () => volume({ secret: { secretName: "kambda-link" } }),
      "has volumes of the types",
    ],
    [
      "with a Secret projected",
      () => volume({ projected: { sources: [{ secret: { name: "kambda-link" } }] } }),
      "projected volumes hold tokens",
    ],
    ["free to gain privileges", () => security({ allowPrivilegeEscalation: true }), "cannot gain privileges"],
    [
      "with a capability",
      () => security({ capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } }),
      "drop all capabilities",
    ],
    ["with a writable root", () => security({ readOnlyRootFilesystem: false }), "read-only root"],
    ["as root", () => security({ runAsUser: 0, runAsNonRoot: false }), "drop all capabilities"],
    ["without seccomp", () => security({ seccompProfile: { type: "Unconfined" } }), "drop all capabilities"],
    ["with a port", () => container({ ports: [{ containerPort: 80 }] }), "open no port"],
    [
      "probed by a program",
      () => container({ livenessProbe: { exec: { command: ["sh"] } } }),
      "neither probed nor hooked",
    ],
    [
      "as a ServiceAccount that is no role",
      () => dedicated({ role: "powerful" }),
      "powerful has not the annotation",
    ],
    [
      "with the cluster token of `default`",
      () => spec({ automountServiceAccountToken: true }),
      "default has not the annotation",
    ],
    [
      "with a token of `default` for the API server",
      () => volume({ projected: { sources: [{ serviceAccountToken: { path: "t" } }] } }),
      "default has not the annotation",
    ],
  ];
  test.each(pods)("%s", async (_, pod, says) => {
    expect(await refused(gateway, pod())).toContain(says);
    expect(await refused(operator, pod())).toContain(says);
  });
});

describe("of pods that are there, our accounts", () => {
  const bystander = { ...dedicated(), metadata: { name: "bystander", namespace, labels: { app: "theirs" } } };
  const environment = but((pod) => {
    Object.assign(pod.metadata, { name: "ours" });
    delete pod.metadata.ownerReferences;
    pod.metadata.labels["kambda.dev/revision"] = "hello-1";
  });
  const patch = (name: string, change: unknown) => [
    ...["patch", "pod", name, "-n", namespace, "--as", gateway, "--dry-run=server", "--type=merge", "-p"],
    JSON.stringify(change),
  ];

  beforeAll(async () => {
    // Never run: no node has this label.
    for (const pod of [bystander, environment]) {
      const nowhere = { ...pod, spec: { ...pod.spec, nodeSelector: { "kambda.dev/test": "nowhere" } } };
      await kubectl(["create", "-f", "-"], { input: JSON.stringify(nowhere) });
    }
  });

  test("delete environments and nothing else", async () => {
    const words = (name: string) => [
      "delete",
      "pod",
      name,
      "-n",
      namespace,
      "--as",
      operator,
      "--dry-run=server",
    ];
    expect(await kubectlRefused(words("bystander"))).toContain("touches no pods but its environments");
    await kubectl(words("ours"));
  });

  test("label environments and nothing else", async () => {
    const labelled = (value: string | null) => ({ metadata: { labels: { "kambda.dev/component": value } } });
    expect(await kubectlRefused(patch("bystander", labelled("environment")))).toContain(
      "touches no pods but its",
    );
    expect(await kubectlRefused(patch("ours", labelled(null)))).toContain("never changes");
    await kubectl(patch("ours", { metadata: { labels: { "kambda.dev/claim": "claimed" } } }));
  });

  test("never reassign an environment to another Revision (C2)", async () => {
    const reassigned = { metadata: { labels: { "kambda.dev/revision": "hello-2" } } };
    expect(await kubectlRefused(patch("ours", reassigned))).toContain("for life");
  });

  test("never give an environment another image", async () => {
    const [container] = environment.spec.containers;
    const other = { spec: { containers: [{ ...container, image: "elsewhere/miner" }] } };
    expect(await kubectlRefused(patch("ours", other))).toContain("keeps its images");
  });
});
