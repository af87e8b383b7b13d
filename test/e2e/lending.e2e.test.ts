/** Writing a Function lends power: only what its author holds, each attempt at more refused by the API server. */
import { beforeAll, describe, expect, test } from "bun:test";
import { kubectl, kubectlRefused, type Manifest } from "../support/kubectl.ts";
import { aConfigMap, aFunction, aHandler, aSecret, type FunctionManifest } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";

const namespace = testNamespace("lending");

describe("writing a Function lends only what its author holds:", () => {
  const author = () => `system:serviceaccount:${namespace.name}:author`;
  const rbac = "rbac.authorization.k8s.io";

  const role = (name: string, rules: unknown[]): Manifest[] => [
    { apiVersion: `${rbac}/v1`, kind: "Role", metadata: { name }, rules } as Manifest,
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name: "author", namespace: namespace.name }],
    } as Manifest,
  ];
  const account = (name: string, annotations: Record<string, string> = {}): Manifest => ({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, annotations },
  });

  beforeAll(async () => {
    await namespace.apply(
      account("author"),
      account("powerful", { "kambda.dev/assumable": "true" }),
      account("ordinary"),
      aSecret("db", { password: "s3cret" }),
      aConfigMap("shared", { level: "high", "index.mjs": "export const handler = async () => 1;" }),
      ...role("writes-functions", [{ apiGroups: ["kambda.dev"], resources: ["functions"], verbs: ["*"] }]),
    );
  });

  const asAuthor = (manifest: FunctionManifest, attempt: typeof kubectl) =>
    attempt(["-n", namespace.name, "apply", "--as", author(), "-f", "-"], {
      input: JSON.stringify(manifest),
    });

  const lending: { what: string; names: string; manifest: FunctionManifest; grant: unknown }[] = [
    {
      what: "a role",
      names: 'ServiceAccount "powerful"',
      manifest: aFunction("with-role", { role: "powerful" }),
      grant: { apiGroups: [""], resources: ["serviceaccounts"], resourceNames: ["powerful"], verbs: ["use"] },
    },
    {
      what: "a Secret as a variable",
      names: 'Secret "db"',
      manifest: aFunction("with-secret", {
        environment: { from: [{ name: "PASSWORD", secretKeyRef: { name: "db", key: "password" } }] },
      }),
      grant: { apiGroups: [""], resources: ["secrets"], resourceNames: ["db"], verbs: ["get"] },
    },
    {
      what: "a ConfigMap as a variable",
      names: 'ConfigMap "shared"',
      manifest: aFunction("with-configmap", {
        environment: { from: [{ name: "LEVEL", configMapKeyRef: { name: "shared", key: "level" } }] },
      }),
      grant: { apiGroups: [""], resources: ["configmaps"], resourceNames: ["shared"], verbs: ["get"] },
    },
    {
      what: "a ConfigMap as code",
      names: 'ConfigMap "shared"',
      manifest: aFunction("with-code", { code: { configMap: { name: "shared" } } }),
      grant: { apiGroups: [""], resources: ["configmaps"], resourceNames: ["shared"], verbs: ["get"] },
    },
    {
      what: "a Secret as credentials of code",
      names: 'Secret "db"',
      manifest: aFunction("with-credentials", {
        code: { s3: { bucket: "b", key: "k", credentialsSecret: { name: "db" } } },
      }),
      grant: { apiGroups: [""], resources: ["secrets"], resourceNames: ["db"], verbs: ["get"] },
    },
    {
      what: "a volume",
      names: 'PersistentVolumeClaim "data"',
      manifest: aFunction("with-volume", { fileSystem: { claimName: "data", localMountPath: "/mnt/data" } }),
      grant: {
        apiGroups: [""],
        resources: ["persistentvolumeclaims"],
        resourceNames: ["data"],
        verbs: ["get"],
      },
    },
  ];

  test("a Function that lends nothing is the author's to write", async () => {
    expect(await asAuthor(aFunction("modest"), kubectl)).toContain("created");
  });

  for (const { what, names, manifest } of lending) {
    test(`${what} is refused to an author who does not hold it`, async () => {
      const sentence = await asAuthor(manifest, kubectlRefused);
      expect(sentence).toContain(names);
      expect(sentence).toContain("may not");
    });
  }

  test("each is allowed to an author who does, and an update cannot smuggle one in", async () => {
    expect(await asAuthor(aFunction("modest", { role: "powerful" }), kubectlRefused)).toContain(
      "may not use",
    );
    await namespace.apply(...lending.flatMap(({ grant }, index) => role(`grant-${index}`, [grant])));
    for (const { manifest } of lending) expect(await asAuthor(manifest, kubectl)).toContain("created");
  });

  test("a ServiceAccount is no role unless its owner said so", async () => {
    const manifest = JSON.stringify(aFunction("no-role", { role: "ordinary" }));
    const sentence = await kubectlRefused(["-n", namespace.name, "apply", "-f", "-"], { input: manifest });
    expect(sentence).toContain("kambda.dev/assumable=true");
  });

  test("what is lent arrives: the Secret's value as a variable, the role's token where asked for", async () => {
    const body = `const fs = await import("node:fs");
      const path = "/var/run/secrets/kubernetes.io/serviceaccount/token";
      return { password: process.env.PASSWORD, level: process.env.LEVEL, token: fs.existsSync(path) };`;
    const environment = {
      from: [
        { name: "PASSWORD", secretKeyRef: { name: "db", key: "password" } },
        { name: "LEVEL", configMapKeyRef: { name: "shared", key: "level" } },
      ],
    };
    await namespace.ready(
      aHandler("lent", body, { environment }),
      aHandler("mounted", body, { role: "powerful", automountServiceAccountToken: true }),
    );
    expect((await namespace.sdk.invoke("lent")).json<unknown>()).toEqual({
      password: "s3cret",
      level: "high",
      token: false,
    });
    expect((await namespace.sdk.invoke("mounted")).json<unknown>()).toEqual({ token: true });
  });
});
