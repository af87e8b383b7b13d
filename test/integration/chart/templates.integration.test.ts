/** The chart as helm renders it: values that are wrong are refused with a sentence, values that are right make valid objects. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { kubectl, run } from "../../support/kubectl.ts";
import { chart, refusedValues, render, rendered } from "./render.ts";

setDefaultTimeout(120_000);

test("helm finds nothing to complain about", async () => {
  const { stdout } = await run("helm", ["lint", "--strict", chart]);
  expect(stdout).toContain("0 chart(s) failed");
});

describe("wrong values are refused:", () => {
  const wrong: [string, string[], string][] = [
    ["a misspelt name", ["gateway.replica=2"], "additional properties 'replica' not allowed"],
    ["a misspelt setting", ["settings.urls.domian=x"], "additional properties 'domian' not allowed"],
    ["a setting out of its bounds", ["settings.urls.scheme=ftp"], "value must be one of 'http', 'https'"],
    [
      "settings that other values decide",
      ["settings.images.tag=1"],
      "additional properties 'images' not allowed",
    ],
    [
      "a prefix that would run into the image's name",
      ["images.prefix=example.com"],
      "does not match pattern",
    ],
    ["an even number of NATS servers", ["nats.servers=2"], "value must be one of 1, 3, 5"],
    [
      "NATS of one's own without its address",
      ["nats.enabled=false"],
      "nats.external.url must say where NATS is",
    ],
    [
      "NATS of one's own without its login",
      ["nats.enabled=false", "nats.external.url=nats://nats:4222"],
      "nats.external.existingSecret must name a Secret",
    ],
  ];
  test.each(wrong)("%s", async (_, values, says) => {
    expect(await refusedValues(values)).toContain(says);
  });
});

describe("the API server takes every object", () => {
  const installations: [string, string[]][] = [
    ["as it comes", []],
    [
      "with three NATS servers and everything switched on",
      ["nats.servers=3", "operator.readSecrets.namespaces={default}"],
    ],
    [
      "with NATS of one's own, without policies and CRDs",
      [
        "nats.enabled=false",
        "nats.external.url=nats://nats:4222",
        "nats.external.existingSecret=nats",
        "admission.authors=false",
        "admission.environments=false",
        "admission.revisions=false",
        "networkPolicies.enabled=false",
        "crds.install=false",
      ],
    ],
  ];
  test.each(installations)("%s", async (_, values) => {
    // Where nothing is installed yet, so that a StatefulSet is judged as a new one.
    const manifests = await render(values, "default");
    const said = await kubectl(["apply", "--dry-run=server", "-n", "default", "-f", "-"], {
      input: manifests,
    });
    expect(said).toContain("deployment.apps/kambda-gateway");
  });
});

describe("what is rendered", () => {
  test("stays on uninstall where it is a CRD, and goes when told to", async () => {
    const kept = async (values: string[]) =>
      (await rendered(values))
        .filter(({ kind }) => kind === "CustomResourceDefinition")
        .map(({ metadata }) => metadata.annotations?.["helm.sh/resource-policy"]);
    expect(new Set(await kept([]))).toEqual(new Set(["keep"]));
    expect(new Set(await kept(["crds.keep=false"]))).toEqual(new Set([undefined]));
  });

  test("names images by registry, tag and digest", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const objects = await rendered([
      "images.prefix=example.com/team/",
      "images.tag=v9",
      `images.digests.nats=${digest}`,
    ]);
    const images = JSON.stringify(objects).matchAll(/"image":"([^"]+)"/g);
    expect(new Set([...images].map(([, image]) => image))).toEqual(
      new Set(["example.com/team/kambda:v9", `example.com/team/nats:v9@${digest}`]),
    );
  });

  test("tells environments the link's address in the release's namespace, and images from the images' values", async () => {
    const objects = await rendered(
      ["images.prefix=example.com/", "settings.urls.domain=fn.example.com"],
      "elsewhere",
    );
    const settings = objects.find(
      ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "kambda-settings",
    );
    const text = (settings?.data as Record<string, string> | undefined)?.["settings.json"] ?? "{}";
    expect(JSON.parse(text)).toMatchObject({
      link: { host: "kambda-link.elsewhere.svc", port: 7443 },
      images: { prefix: "example.com/" },
      urls: { domain: "fn.example.com" },
    });
  });

  test("lets the operator read no Secret unless told where", async () => {
    const readers = async (values: string[]) =>
      (await rendered(values))
        .filter(({ roleRef }) => (roleRef as { name?: string } | undefined)?.name === "kambda-read-secrets")
        .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? "everywhere"}`);
    expect(await readers([])).toEqual([]);
    expect(await readers(["operator.readSecrets.namespaces={shop}"])).toEqual(["RoleBinding shop"]);
    expect(await readers(["operator.readSecrets.everywhere=true"])).toEqual([
      "ClusterRoleBinding everywhere",
    ]);
    const operator = (await rendered([])).filter(
      ({ kind, metadata }) => /Role$/.test(kind) && metadata.name === "kambda-operator",
    );
    expect(operator).toHaveLength(2);
    expect(JSON.stringify(operator)).not.toContain("secrets");
  });

  test("rolls the gateway when a setting changes, and only then", async () => {
    const stamp = async (values: string[]) => {
      const gateway = (await rendered(values)).find(
        ({ kind, metadata }) => kind === "Deployment" && metadata.name === "kambda-gateway",
      );
      return JSON.stringify(gateway?.spec?.template);
    };
    expect(await stamp(["settings.pools.sizeMin=2"])).not.toBe(await stamp([]));
    expect(await stamp(["monitoring.dashboard.enabled=false"])).toBe(await stamp([]));
  });
});
