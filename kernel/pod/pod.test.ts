import { describe, expect, test } from "vitest";
import { z } from "zod";
import { settingsSchema } from "../settings/schema.ts";
import { anImageRevision, aRevision } from "../testing/objects.ts";
import { claimPatch, resizeOf } from "./claim.ts";
import { buildDedicatedPod } from "./dedicated.ts";
import { buildPoolPod, templateHash } from "./pool.ts";
import { poolable, shapeOf } from "./shape.ts";

const settings = settingsSchema.parse({});
const trust = { ca: "PEM" };
const owner = { apiVersion: "v1", kind: "ConfigMap", name: "kambda-pool", uid: "u" };

const security = z.object({
  allowPrivilegeEscalation: z.literal(false),
  runAsNonRoot: z.literal(true),
  readOnlyRootFilesystem: z.literal(true),
  capabilities: z.strictObject({ drop: z.tuple([z.literal("ALL")]) }),
  seccompProfile: z.strictObject({ type: z.literal("RuntimeDefault") }),
});
const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()),
  ports: z.undefined().optional(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
  securityContext: security,
  resources: z.looseObject({
    requests: z.record(z.string(), z.string()),
    limits: z.record(z.string(), z.string()),
  }),
  volumeMounts: z.array(
    z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() }),
  ),
});
/** What the `restricted` pod security standard asks, and what ours does beyond it. */
const restricted = z.looseObject({
  automountServiceAccountToken: z.boolean(),
  securityContext: z.looseObject({ runAsNonRoot: z.literal(true), runAsUser: z.literal(993) }),
  hostNetwork: z.undefined().optional(),
  hostPID: z.undefined().optional(),
  hostIPC: z.undefined().optional(),
  initContainers: z.array(container).default([]),
  containers: z.tuple([container]),
  volumes: z.array(z.looseObject({ name: z.string(), hostPath: z.undefined().optional() })),
});

const dedicated = (spec = {}) =>
  buildDedicatedPod({ revision: aRevision(spec), random: "abcde" }, settings, trust);
const pooled = (spec = {}) => {
  const shape = shapeOf(aRevision(spec).spec, settings, "team");
  return buildPoolPod({ shape, random: "abcde", owner }, settings, trust);
};
const specOf = (pod: { [field: string]: unknown }) => restricted.parse(pod.spec);

describe("an environment's pod", () => {
  test("says as its end what the supervisor noted last", () => {
    for (const pod of [pooled(), dedicated()])
      expect(specOf(pod).containers[0]).toMatchObject({ terminationMessagePolicy: "FallbackToLogsOnError" });
  });
  test("knows itself by the names extensions listen at for telemetry", () => {
    const hosts = [{ ip: "127.0.0.1", hostnames: ["sandbox.localdomain", "sandbox"] }];
    for (const pod of [pooled(), dedicated()]) expect(pod.spec).toMatchObject({ hostAliases: hosts });
  });

  test("passes the restricted standard, with no port and no cluster token, pooled, dedicated or image", () => {
    const image = buildDedicatedPod({ revision: anImageRevision(), random: "abcde" }, settings, trust);
    for (const pod of [pooled(), dedicated(), image]) {
      expect(specOf(pod).automountServiceAccountToken).toBe(false);
    }
  });

  test("is told where the link is and what to believe of it", () => {
    const env = Object.fromEntries(specOf(pooled()).containers[0].env.map((one) => [one.name, one.value]));
    expect(env).toEqual({
      KAMBDA_LINK_HOST: settings.link.host,
      KAMBDA_LINK_PORT: "7443",
      KAMBDA_LINK_CA: "PEM",
      KAMBDA_TOKEN_PATH: "/var/run/kambda/token",
      KAMBDA_AHEAD_RUNTIME: "nodejs24.x",
      KAMBDA_AHEAD_MEMORY_MB: "128",
      KAMBDA_AHEAD_REHEARSALS: "8",
      BUN_JSC_thresholdForJITAfterWarmUp: "5000",
    });
  });

  test("steers the engine of its supervisor in images of ours, and leaves an image's variables alone", () => {
    const image = buildDedicatedPod({ revision: anImageRevision(), random: "abcde" }, settings, trust);
    const steered = [pooled(), dedicated(), image].map((pod) =>
      specOf(pod).containers[0].env.some(({ name }) => name.startsWith("BUN_JSC_")),
    );
    expect(steered).toEqual([true, true, false]);
  });

  test("starts its supervisor by a command that reads no settings from the folder it starts in", () => {
    const image = buildDedicatedPod({ revision: anImageRevision(), random: "abcde" }, settings, trust);
    for (const pod of [pooled(), dedicated(), image]) {
      const { command } = specOf(pod).containers[0];
      expect(command).toContain("--no-env-file");
      expect(command).toContain("--config=/kambda/supervisor/bunfig.toml");
    }
    expect(specOf(image).containers[0].command[0]).toBe("/kambda/lib/ld.so");
  });

  test("mounts the role's token only when asked to", () => {
    expect(specOf(dedicated({ role: "reader" }))).toMatchObject({
      serviceAccountName: "reader",
      automountServiceAccountToken: false,
    });
    expect(
      specOf(dedicated({ role: "reader", automountServiceAccountToken: true })).automountServiceAccountToken,
    ).toBe(true);
  });

  test("leaves the values of Secrets to the kubelet", () => {
    const from = [{ name: "PASSWORD", secretKeyRef: { name: "db", key: "password" } }];
    expect(specOf(dedicated({ environment: { from } })).containers[0].env[0]).toEqual({
      name: "KAMBDA_FROM_PASSWORD",
      valueFrom: { secretKeyRef: { name: "db", key: "password" } },
    });
  });

  test("of an image function gets the supervisor from an init container and keeps its own /opt", () => {
    const spec = specOf(buildDedicatedPod({ revision: anImageRevision(), random: "abcde" }, settings, trust));
    expect(spec.initContainers[0]?.image).toBe("kambda/supervisor:0.1.0");
    expect(spec.containers[0].image).toBe("registry.example/app:1");
    // The image's own ENV must not run code in the supervisor.
    expect(spec.containers[0].env).toContainEqual({ name: "BUN_OPTIONS", value: "" });
    expect(spec.containers[0].env).toContainEqual({ name: "LD_PRELOAD", value: "" });
    expect(spec.containers[0].volumeMounts.map((one) => one.mountPath)).toEqual([
      "/tmp",
      "/kambda",
      "/var/run/kambda",
    ]);
  });
});

describe("its resources", () => {
  test("a pooled one may use its class and the supervisor's own, and reserves the smallest function's", () => {
    expect(specOf(pooled({ memorySize: 200 })).containers[0].resources).toEqual({
      requests: { cpu: "46m", memory: "192Mi" },
      limits: { cpu: "1010m", memory: "320Mi" },
    });
  });

  test("burst gives more than one CPU only where the proportion does", () => {
    expect(specOf(dedicated({ memorySize: 3538 })).containers[0].resources.limits.cpu).toBe("2010m");
  });

  test("strict limits to the proportion after INIT, and the memory limit stays", () => {
    const revision = aRevision({ cpuPolicy: "strict", memorySize: 200 });
    const patch = resizeOf(pooled({ memorySize: 200 }), revision, settings);
    expect(patch?.spec.containers[0]).toMatchObject({
      resources: { requests: { cpu: "38m", memory: "264Mi" }, limits: { cpu: "123m", memory: "320Mi" } },
    });
  });

  test("a pod that has what its function asks for is left alone, whole CPUs spelt either way", () => {
    const revision = aRevision({ memorySize: 200 });
    const pod = dedicated({ memorySize: 200 });
    expect(resizeOf(pod, revision, settings)).toBeUndefined();
    expect(resizeOf(pod, aRevision({ memorySize: 200, cpuPolicy: "strict" }), settings)).toBeDefined();
  });
});

describe("a shape", () => {
  const hash = (spec: object, namespace = "team") =>
    shapeOf(aRevision({ ...spec }).spec, settings, namespace).hash;

  test("is shared by functions of one class, whatever their names, code, handlers and timeouts", () => {
    const other = { functionName: "other", memorySize: 256, timeout: 900, handler: "a.b" };
    expect(hash(other)).toBe(hash({ memorySize: 129 }));
  });

  test("puts the network profile on its pods, pooled and dedicated, for NetworkPolicies to select", () => {
    const spec = { vpc: { profile: "private" } };
    const told = expect.objectContaining({ "kambda.dev/network": "private" });
    for (const pod of [pooled(spec), dedicated(spec)]) expect(pod.metadata.labels).toEqual(told);
    for (const pod of [pooled(), dedicated()])
      expect(pod.metadata.labels).not.toHaveProperty("kambda.dev/network");
  });

  test.each([
    ["namespace", {}, "other"],
    ["runtime", { runtime: "python3.13" }, "team"],
    ["memory class", { memorySize: 257 }, "team"],
    ["storage class", { ephemeralStorage: { size: 513 } }, "team"],
    ["architecture", { architectures: ["arm64"] }, "team"],
    ["network profile", { vpc: { profile: "private" } }, "team"],
    ["sandbox class", { runtimeClassName: "gvisor" }, "team"],
  ])("differs by %s", (_, spec, namespace) => {
    expect(hash(spec, namespace)).not.toBe(hash({}));
  });

  test.each([
    ["a plain zip function", {}, true],
    [
      "one with a variable from a Secret",
      { environment: { from: [{ name: "AB", secretKeyRef: { name: "s", key: "k" } }] } },
      false,
    ],
    ["one with its role's token mounted", { role: "r", automountServiceAccountToken: true }, false],
    ["one with a role whose token is not mounted", { role: "r" }, true],
    ["one with a volume", { fileSystem: { claimName: "c", localMountPath: "/mnt/c" } }, false],
    ["one above the last class", { memorySize: 3073 }, false],
    ["one at the last class", { memorySize: 3072 }, true],
  ])("%s may come from a pool: %#", (_, spec, expected) => {
    expect(poolable(aRevision(spec).spec, settings)).toBe(expected);
  });

  test("an image function has no pool", () => {
    expect(poolable(anImageRevision().spec, settings)).toBe(false);
  });

  test("has another template when the CA or the settings that pods are built from change, and only then", () => {
    const shape = shapeOf(aRevision().spec, settings, "team");
    const base = templateHash(shape, settings, trust);
    expect(templateHash(shape, settings, { ca: "OTHER" })).not.toBe(base);
    const moved = settingsSchema.parse({ link: { host: "elsewhere" } });
    expect(templateHash(shape, moved, trust)).not.toBe(base);
    const unrelated = settingsSchema.parse({ pools: { sizeMin: 3 } });
    expect(templateHash(shape, unrelated, trust)).toBe(base);
  });
});

test("a claim says whose the pod is and hands it to the Revision", () => {
  expect(claimPatch(aRevision({ functionName: "Hello_1" }), 0)).toEqual({
    metadata: {
      labels: {
        "kambda.dev/claim": "claimed",
        "kambda.dev/function": "Hello_1",
        "kambda.dev/version": "latest",
        "kambda.dev/revision": "hello-0123456789abcdef",
      },
      annotations: {
        "kambda.dev/function-name": "Hello_1",
        "kambda.dev/claimed-at": "1970-01-01T00:00:00.000Z",
      },
      ownerReferences: [
        {
          apiVersion: "kambda.dev/v1alpha1",
          kind: "Revision",
          name: "hello-0123456789abcdef",
          uid: "uid-1",
          controller: true,
          blockOwnerDeletion: false,
        },
      ],
    },
  });
});
