/** ServiceAccount tokens of the embedded cluster can be verified by anyone with its published keys. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { kubectl } from "../../support/kubectl.ts";
import { makeNamespace, probePod, removeNamespace, startProbe } from "./probe.ts";

setDefaultTimeout(120_000);

const audience = "kambda-link";
let namespace: string;
beforeAll(async () => {
  namespace = await makeNamespace("identity");
});
afterAll(() => removeNamespace(namespace));

test("a projected token of a pod names the pod, for its audience only, and verifies offline", async () => {
  const token = { serviceAccountToken: { audience, expirationSeconds: 600, path: "token" } };
  const pod = await startProbe(
    namespace,
    probePod("holder", {
      volumes: [{ name: "token", projected: { sources: [token] } }],
      mounts: [{ name: "token", mountPath: "/var/run/kambda" }],
    }),
  );
  const { detail: jwt } = await pod.ask("/read?path=/var/run/kambda/token");
  const keys = createLocalJWKSet(
    JSON.parse(await kubectl(["get", "--raw", "/openid/v1/jwks"])) as JSONWebKeySet,
  );

  const { payload } = await jwtVerify(jwt, keys, { audience, issuer: "https://kubernetes.default.svc" });
  expect(payload["kubernetes.io"]).toMatchObject({ namespace, pod: { name: "holder" } });
  expect(jwtVerify(jwt, keys, { audience: "https://kubernetes.default.svc" })).rejects.toThrow("aud");
});
