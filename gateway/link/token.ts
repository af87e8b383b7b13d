/**
 * Reads a pod-bound ServiceAccount token offline: signature against the cluster's own keys, issuer, audience, expiry, and
 * the pod it was made for. No call to the API server while an environment waits, unless its key was never seen.
 */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import type { PodIdentity } from "./identity.ts";
import { linkLimits } from "./limits.ts";

export const linkAudience = "kambda-link";

const discovery = z.object({ issuer: z.string().max(1024) });
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(64) });
const claims = z.object({
  "kubernetes.io": z.object({
    namespace: z.string().max(63),
    pod: z.object({ name: z.string().max(253), uid: z.string().max(64) }),
  }),
});

export interface TokenVerifier {
  /** The pod, or why the token is worth nothing. */
  verify(token: string): Promise<PodIdentity | { refused: string }>;
  /** Reads the cluster's keys; throws KubeError or ZodError. */
  refresh(): Promise<void>;
  /** Milliseconds since the keys were read; Infinity before. */
  staleMs(): number;
}

interface Keys {
  issuer: string;
  resolve: ReturnType<typeof createLocalJWKSet>;
}

export function createTokenVerifier({ kube, clock }: KubeDep & ClockDep): TokenVerifier {
  let keys: Keys | undefined;
  let readAtMs = Number.NEGATIVE_INFINITY;

  const refresh = async () => {
    const { issuer } = discovery.parse(await kube.raw("/.well-known/openid-configuration"));
    const set = keySet.parse(await kube.raw("/openid/v1/jwks")) as JSONWebKeySet;
    keys = { issuer, resolve: createLocalJWKSet(set) };
    readAtMs = clock.monotonicMs();
  };
  const staleMs = () => clock.monotonicMs() - readAtMs;

  const read = async (token: string): Promise<JWTPayload | { refused: string }> => {
    if (keys === undefined) return { refused: "the cluster's signing keys are not known yet" };
    try {
      const { payload } = await jwtVerify(token, keys.resolve, {
        issuer: keys.issuer,
        audience: linkAudience,
        currentDate: new Date(clock.nowMs()),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey && staleMs() > linkLimits.keysAgainMs) {
        await refresh();
        return read(token);
      }
      if (error instanceof errors.JOSEError) return { refused: error.message };
      throw error;
    }
  };

  return {
    async verify(token) {
      const payload = await read(token);
      if ("refused" in payload && typeof payload.refused === "string") return { refused: payload.refused };
      const parsed = claims.safeParse(payload);
      if (!parsed.success) return { refused: "the token is not bound to a pod" };
      const { namespace, pod } = parsed.data["kubernetes.io"];
      return { namespace, name: pod.name, uid: pod.uid };
    },
    refresh,
    staleMs,
  };
}
