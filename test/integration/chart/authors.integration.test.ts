/** What a Function lends, its author must hold: the admission policies on the real API server, asked as people of few rights. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { apply, kubectl, kubectlRefused, type Manifest } from "../../support/kubectl.ts";
import { until } from "../../support/until.ts";
import { chartNamespace } from "./namespace.ts";

setDefaultTimeout(60_000);

const namespace = chartNamespace("authors");
const here = ["-n", namespace];
/** Holds kambda-edit and kambda-view and nothing else. */
const author = "chart-test-author";
/** Holds Kubernetes' own `edit`. */
const editor = "chart-test-editor";

const inline = { inline: { "index.mjs": "export const handler = async () => 1;" } };
const byKey = (kind: "secretKeyRef" | "configMapKeyRef", name: string, index = 0) => ({
  name: `V${index}`,
  [kind]: { name, key: "k" },
});

function aFunction(spec: Record<string, unknown>, name = "lent"): Manifest {
  return {
    apiVersion: "kambda.dev/v1alpha1",
    kind: "Function",
    metadata: { name },
    spec: { runtime: "nodejs24.x", handler: "index.handler", code: inline, ...spec },
  } as Manifest;
}

const asUser = (user: string) => ["create", "--as", user, ...here, "--dry-run=server", "-f", "-"];
const asAdministrator = ["create", ...here, "--dry-run=server", "-f", "-"];
const refused = (user: string, manifest: Manifest) =>
  kubectlRefused(asUser(user), { input: JSON.stringify(manifest) });
const taken = (user: string, manifest: Manifest) =>
  kubectl(asUser(user), { input: JSON.stringify(manifest) });

function binding(name: string, role: { kind: "Role" | "ClusterRole"; name: string }, user: string): Manifest {
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: "RoleBinding",
    metadata: { name, namespace },
    roleRef: { apiGroup, ...role },
    subjects: [{ kind: "User", name: user, apiGroup }],
  } as Manifest;
}

function serviceAccount(name: string, annotations: Record<string, string>): Manifest {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace, annotations } };
}

beforeAll(async () => {
  await apply([
    binding("view", { kind: "ClusterRole", name: "kambda-view" }, author),
    binding("edit", { kind: "ClusterRole", name: "kambda-edit" }, author),
    binding("editor", { kind: "ClusterRole", name: "edit" }, editor),
    serviceAccount("assumable", { "kambda.dev/assumable": "true" }),
    serviceAccount("refusing", { "kambda.dev/assumable": "false" }),
    serviceAccount("silent", {}),
  ]);
  // Roles are aggregated, and parameters watched, a moment after they are written.
  await until("the editor to be allowed to write functions", 30, async () =>
    (await kubectl(["auth", "can-i", "create", "functions.kambda.dev", "--as", editor, ...here])).includes(
      "yes",
    ),
  );
  await until("the policy to know of the ServiceAccounts", 30, async () =>
    (
      await kubectlRefused(asAdministrator, { input: JSON.stringify(aFunction({ role: "silent" })) })
    ).includes("is no role for functions"),
  );
});

describe("an author without the right is refused, with the mend, naming", () => {
  const cases: [string, Record<string, unknown>, string][] = [
    [
      "a role",
      { role: "assumable" },
      'names the ServiceAccount "assumable", but its author chart-test-author may not use it',
    ],
    [
      "a Secret as variable",
      { environment: { from: [byKey("secretKeyRef", "db")] } },
      'names the Secret "db"',
    ],
    [
      "a ConfigMap as variable",
      { environment: { from: [byKey("configMapKeyRef", "conf")] } },
      'names the ConfigMap "conf"',
    ],
    ["a ConfigMap of code", { code: { configMap: { name: "files" } } }, 'names the ConfigMap "files"'],
    [
      "a volume",
      { fileSystem: { claimName: "disk", localMountPath: "/mnt/d" } },
      'names the PersistentVolumeClaim "disk"',
    ],
    [
      "a Secret of S3 credentials",
      { code: { s3: { bucket: "b", key: "k", credentialsSecret: { name: "s3" } } } },
      'names the Secret "s3"',
    ],
    [
      "a Secret of a dead letter queue",
      { deadLetter: { sqs: { queueUrl: "http://q/1/x", credentialsSecret: { name: "dlq" } } } },
      'names the Secret "dlq"',
    ],
    [
      "a Secret of a destination",
      {
        asyncInvoke: {
          destinations: {
            onSuccess: { sqs: { queueUrl: "http://q/1/x", credentialsSecret: { name: "dest" } } },
          },
        },
      },
      'names the Secret "dest"',
    ],
  ];
  test.each(cases)("%s", async (_, spec, says) => {
    const said = await refused(author, aFunction(spec));
    expect(said).toContain(says);
    expect(said).toMatch(/bind (the|a) (Cluster)?Role/);
  });

  test("a second Secret behind one that is allowed", async () => {
    await grant("get", "secrets", ["first"]);
    const from = [byKey("secretKeyRef", "first"), byKey("secretKeyRef", "second", 1)];
    expect(await refused(author, aFunction({ environment: { from } }))).toContain(
      'names the Secret "second"',
    );
  });

  test("credentials in an event source", async () => {
    const mapping = {
      apiVersion: "kambda.dev/v1alpha1",
      kind: "EventSourceMapping",
      metadata: { name: "m" },
      spec: {
        functionName: "lent",
        source: { sqs: { queueUrl: "http://q/1/x", credentialsSecret: { name: "queue" } } },
      },
    } as Manifest;
    expect(await refused(author, mapping)).toContain('names the Secret "queue"');
  });
});

async function grant(verb: string, resource: string, names: string[]): Promise<void> {
  const name = `${verb}-${resource}-${names.join("-") || "all"}`;
  const rules = [
    {
      apiGroups: [""],
      resources: [resource],
      verbs: [verb],
      ...(names.length === 0 ? {} : { resourceNames: names }),
    },
  ];
  await apply([
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name, namespace },
      rules,
    } as Manifest,
    binding(name, { kind: "Role", name }, author),
  ]);
  await until("the right to be known", 10, async () =>
    (
      await kubectl(["auth", "can-i", verb, `${resource}/${names[0] ?? "any"}`, "--as", author, ...here])
    ).includes("yes"),
  );
}

describe("an author with the right is let through, naming", () => {
  test("nothing that lends power", async () => {
    await taken(author, aFunction({}));
  });

  test("a role it may use", async () => {
    await grant("use", "serviceaccounts", ["assumable"]);
    await taken(author, aFunction({ role: "assumable" }));
  });

  test("one Secret many times", async () => {
    await grant("get", "secrets", ["often"]);
    const from = Array.from({ length: 40 }, (_, index) => byKey("secretKeyRef", "often", index));
    await taken(author, aFunction({ environment: { from } }));
  });

  test("eight Secrets, eight ConfigMaps, a role and a volume at once: the API server's budget for a policy holds", async () => {
    const secrets = Array.from({ length: 8 }, (_, index) => `s${index}`);
    const maps = Array.from({ length: 8 }, (_, index) => `c${index}`);
    await grant("get", "secrets", secrets);
    await grant("get", "configmaps", maps);
    await grant("get", "persistentvolumeclaims", ["disk"]);
    await grant("use", "serviceaccounts", ["assumable"]);
    const from = [
      ...secrets.map((name, index) => byKey("secretKeyRef", name, index)),
      ...maps.map((name, index) => byKey("configMapKeyRef", name, index + 8)),
    ];
    const full = {
      role: "assumable",
      fileSystem: { claimName: "disk", localMountPath: "/mnt/d" },
      environment: { from },
    };
    await taken(author, aFunction(full));
    const more = { environment: { from: [...from, byKey("secretKeyRef", "ninth", 16)] } };
    expect(await refused(author, aFunction(more))).toContain("names more than 8 different Secrets");
  });

  test("whatever it likes, where it holds Kubernetes' own edit", async () => {
    const from = Array.from({ length: 20 }, (_, index) => byKey("secretKeyRef", `any${index}`, index));
    await taken(editor, aFunction({ role: "assumable", environment: { from } }));
  });
});

describe("a ServiceAccount is a role only if annotated as assumable", () => {
  test.each(["silent", "refusing"])(
    "%s is refused even to an administrator, with the command that mends it",
    async (role) => {
      const said = await kubectlRefused(asAdministrator, {
        input: JSON.stringify(aFunction({ role })),
      });
      expect(said).toContain(
        `kubectl annotate serviceaccount ${role} -n ${namespace} kambda.dev/assumable=true`,
      );
    },
  );
});

describe("on an update", () => {
  beforeAll(async () => {
    await apply(
      [aFunction({ role: "assumable", environment: { from: [byKey("secretKeyRef", "held")] } }, "kept")],
      here,
    );
  });

  const patch = (user: string, change: unknown) => [
    "patch",
    "function",
    "kept",
    ...here,
    "--as",
    user,
    "--type=merge",
    "-p",
    JSON.stringify(change),
  ];

  test("labels may be changed by an author without the rights", async () => {
    await kubectl(patch(author, { metadata: { labels: { a: "b" } } }));
  });

  test("the code may not: it would run with the role's power", async () => {
    const code = { inline: { "index.mjs": "export const handler = async () => 'stolen';" } };
    expect(await kubectlRefused(patch(author, { spec: { code } }))).toContain('names the Secret "held"');
  });
});
