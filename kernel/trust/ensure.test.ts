import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { expect, test } from "vitest";
import type { Clock } from "../clock/clock.ts";
import { type Kube, KubeError, type KubeObject } from "../kube/port.ts";
import { ensureTrust } from "./ensure.ts";
import { trustLimits } from "./limits.ts";

const hosts = ["kambda-link", "kambda-link.kambda-system.svc"];
const options = { namespace: "kambda-system", hosts, fieldManager: "test" };
const startMs = Date.parse("2026-01-01T00:00:00Z");

test("makes a CA and a server certificate for the link's names, and publishes the CA alone", async () => {
  const { kube, objects } = fakeKube();
  const trust = await ensureTrust({ kube, clock: at(startMs) }, options);
  const certificate = new X509Certificate(trust.certificate);
  expect(certificate.verify(new X509Certificate(trust.caCertificate).publicKey)).toBe(true);
  expect(hosts.map((host) => certificate.checkHost(host))).toEqual(hosts);
  createSecureContext({ cert: trust.certificate, key: trust.key, ca: trust.caCertificate });
  expect(objects.get("configmaps/kambda-trust")?.data).toEqual({ "ca.crt": trust.caCertificate });
  expect(Buffer.from(trust.ticketKey, "base64")).toHaveLength(trustLimits.ticketKeyBytes);
});

test("two gateways that start at once end with the same keys", async () => {
  const { kube } = fakeKube();
  const [one, other] = await Promise.all([
    ensureTrust({ kube, clock: at(startMs) }, options),
    ensureTrust({ kube, clock: at(startMs) }, options),
  ]);
  expect(one).toEqual(other);
});

test("a certificate near its end is renewed under the same CA; tickets stay good", async () => {
  const { kube } = fakeKube();
  const before = await ensureTrust({ kube, clock: at(startMs) }, options);
  const early = startMs + trustLimits.certificateMsMax - trustLimits.certificateRenewBeforeMs - 60_000;
  expect(await ensureTrust({ kube, clock: at(early) }, options)).toEqual(before);
  const after = await ensureTrust({ kube, clock: at(early + 120_000) }, options);
  expect(after.certificate).not.toBe(before.certificate);
  expect(after.caCertificate).toBe(before.caCertificate);
  expect(after.ticketKey).toBe(before.ticketKey);
});

test("a Secret somebody emptied is filled again", async () => {
  const { kube, objects } = fakeKube();
  await ensureTrust({ kube, clock: at(startMs) }, options);
  const secret = objects.get("secrets/kambda-link") as KubeObject;
  objects.set("secrets/kambda-link", { ...secret, data: { "ca.crt": "bm9uc2Vuc2U=" } });
  const trust = await ensureTrust({ kube, clock: at(startMs) }, options);
  expect(trust.caCertificate).toContain("BEGIN CERTIFICATE");
});

function at(nowMs: number): Clock {
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: async () => {},
    after: () => () => {},
  };
}

/** Just the writes `ensureTrust` makes, with the API server's rules for a lost race. */
function fakeKube() {
  const objects = new Map<string, KubeObject>();
  let version = 0;
  const put = (key: string, object: KubeObject) => {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++version) } };
    objects.set(key, stored);
    return stored;
  };
  const refuse = (reason: string): never => {
    throw new KubeError("fake", { code: 409, reason, message: reason });
  };
  const kube: Pick<Kube, "get" | "create" | "replace" | "apply"> = {
    get: async (resource, key) => objects.get(`${resource.plural}/${key.name}`),
    create: async (resource, object) => {
      const key = `${resource.plural}/${object.metadata.name}`;
      return objects.has(key) ? refuse("AlreadyExists") : put(key, object);
    },
    replace: async (resource, object) => {
      const key = `${resource.plural}/${object.metadata.name}`;
      const same = objects.get(key)?.metadata.resourceVersion === object.metadata.resourceVersion;
      return same ? put(key, object) : refuse("Conflict");
    },
    apply: async (resource, object) => put(`${resource.plural}/${object.metadata.name}`, object),
  };
  return { kube: kube as Kube, objects };
}
