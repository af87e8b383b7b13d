/** Who may do what, as the cluster's authorizer and the policy on Revisions have it: least power for our accounts and for people. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { aRevision } from "../../../kernel/testing/objects.ts";
import { installation } from "../../support/installation.ts";
import { kubectl, kubectlRefused, run } from "../../support/kubectl.ts";

setDefaultTimeout(60_000);

const ours = installation.namespace;
const account = (name: string) => `system:serviceaccount:${ours}:${name}`;

async function may(user: string, words: string[]): Promise<boolean> {
  const { stdout } = await run("kubectl", ["auth", "can-i", ...words, "--as", user], { allowed: [0, 1] });
  return stdout.trim() === "yes";
}

const everywhere = ["-n", "default"];
const own = ["-n", ours];

describe("the gateway", () => {
  const gateway = account("kambda-gateway");
  test.each([
    ["watch", "functions.kambda.dev", ...everywhere],
    ["create", "pods", ...everywhere],
    ["patch", "revisions.kambda.dev", "--subresource=status", ...everywhere],
    ["get", "secrets/kambda-link", ...own],
    ["patch", "configmaps/kambda-trust", ...own],
    ["update", "leases.coordination.k8s.io", ...own],
    ["get", "/openid/v1/jwks"],
  ])("may %s %s", async (...words) => {
    expect(await may(gateway, words)).toBe(true);
  });
  test.each([
    ["get", "secrets", ...everywhere],
    ["list", "secrets", ...own],
    ["get", "secrets/kambda-nats", ...own],
    ["get", "configmaps", ...everywhere],
    ["update", "functions.kambda.dev", ...everywhere],
    ["patch", "functions.kambda.dev", "--subresource=status", ...everywhere],
    ["list", "versions.kambda.dev", ...everywhere],
    ["list", "layerversions.kambda.dev", ...everywhere],
    ["list", "eventsourcemappings.kambda.dev", ...everywhere],
    ["create", "revisions.kambda.dev", ...everywhere],
    ["update", "revisions.kambda.dev", "--subresource=finalizers", ...everywhere],
    ["update", "pods", ...everywhere],
    ["patch", "configmaps/kambda-settings", ...own],
    ["patch", "leases.coordination.k8s.io", ...everywhere],
    ["create", "pods", "--subresource=exec", ...everywhere],
    ["create", "serviceaccounts", "--subresource=token", ...everywhere],
    ["get", "nodes"],
  ])("may not %s %s", async (...words) => {
    expect(await may(gateway, words)).toBe(false);
  });
});

describe("the operator", () => {
  const operator = account("kambda-operator");
  test.each([
    ["create", "revisions.kambda.dev", ...everywhere],
    ["get", "configmaps", ...everywhere],
    ["patch", "configmaps/kambda-pool", ...everywhere],
    ["watch", "configmaps/kambda-trust", ...own],
    ["delete", "configmaps/kambda-pool", ...everywhere],
    ["delete", "pods", ...everywhere],
    ["patch", "functions.kambda.dev", ...everywhere],
    ["patch", "layerversions.kambda.dev", "--subresource=status", ...everywhere],
    ["update", "leases.coordination.k8s.io", ...own],
    ["get", "serviceaccounts", ...everywhere],
  ])("may %s %s", async (...words) => {
    expect(await may(operator, words)).toBe(true);
  });
  test.each([
    ["list", "secrets", ...everywhere],
    ["list", "configmaps", ...everywhere],
    ["update", "serviceaccounts", ...everywhere],
    ["patch", "configmaps/theirs", ...everywhere],
    ["delete", "configmaps/kambda-settings", ...own],
    ["delete", "configmaps/kambda-versions", ...everywhere],
    ["create", "functions.kambda.dev", ...everywhere],
    ["update", "functions.kambda.dev", ...everywhere],
    ["patch", "aliases.kambda.dev", ...everywhere],
    ["patch", "layerversions.kambda.dev", ...everywhere],
    ["list", "eventsourcemappings.kambda.dev", ...everywhere],
    ["patch", "eventsourcemappings.kambda.dev", "--subresource=status", ...everywhere],
    ["patch", "revisions.kambda.dev", "--subresource=status", ...everywhere],
    ["update", "revisions.kambda.dev", "--subresource=finalizers", ...everywhere],
    // Labels say whose a running environment is.
    ["patch", "pods", ...everywhere],
    ["patch", "pods", "--subresource=resize", ...everywhere],
    ["patch", "leases.coordination.k8s.io", ...everywhere],
    ["create", "pods", "--subresource=exec", ...everywhere],
    ["impersonate", "users"],
  ])("may not %s %s", async (...words) => {
    expect(await may(operator, words)).toBe(false);
  });
});

describe("of ConfigMaps and Secrets our accounts make", () => {
  const make = (kind: string, name: string) => [
    "create",
    kind,
    ...(kind === "secret" ? ["generic"] : []),
    name,
    "--dry-run=server",
  ];

  test("the ones that are theirs", async () => {
    await kubectl([...make("configmap", "kambda-pool"), ...everywhere, "--as", account("kambda-operator")]);
  });

  test("and no others", async () => {
    const operator = ["--as", account("kambda-operator")];
    expect(await kubectlRefused([...make("configmap", "theirs"), ...everywhere, ...operator])).toContain(
      "makes no ConfigMaps",
    );
    const gateway = ["--as", account("kambda-gateway")];
    expect(await kubectlRefused([...make("secret", "theirs"), ...own, ...gateway])).toContain(
      "makes no ConfigMaps and Secrets",
    );
  });
});

describe("Revisions are the operator's", () => {
  const raw = JSON.stringify({ ...aRevision(), metadata: { name: "forged-1", namespace: "default" } });
  const words = ["create", "--dry-run=server", "-f", "-"];

  test("an administrator is refused", async () => {
    expect(await kubectlRefused(words, { input: raw })).toContain("written by Kambda's operator only");
  });

  test("the operator is not", async () => {
    await kubectl([...words, "--as", account("kambda-operator")], { input: raw });
  });
});

test("nobody's admission policy has an expression the API server warns of", async () => {
  const text = await kubectl([
    "get",
    "validatingadmissionpolicies",
    "-l",
    "app.kubernetes.io/name=kambda",
    "-o",
    "json",
  ]);
  const { items } = JSON.parse(text) as {
    items: { metadata: { name: string }; status?: { typeChecking?: { expressionWarnings?: unknown[] } } }[];
  };
  expect(items.length).toBeGreaterThan(8);
  for (const { metadata, status } of items) {
    expect({ policy: metadata.name, warnings: status?.typeChecking?.expressionWarnings ?? [] }).toEqual({
      policy: metadata.name,
      warnings: [],
    });
  }
});
