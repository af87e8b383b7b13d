/** Judges a hello: proof of the key, token or ticket, and the pod behind it. What it costs a stranger is one signature check. */
import { linkVersions } from "../../crds/link/messages.ts";
import { verifyProof } from "../../crds/link/proof.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { decideAdmission } from "./admit.ts";
import type { PodIdentity, PodKey } from "./identity.ts";
import { linkLimits } from "./limits.ts";
import type { Hello } from "./link.ts";
import { readTicket, signTicket } from "./ticket.ts";
import type { TokenVerifier } from "./token.ts";

export interface Pods {
  /** The pod once it is known, or undefined after `ms`. */
  waitFor(identity: PodIdentity, ms: number): Promise<EnvironmentPod | undefined>;
}

export interface JudgeDeps extends ClockDep {
  tokens: TokenVerifier;
  pods: Pods;
  ticketKey: () => Uint8Array;
  gatewayStartedAtMs: number;
  /** A token was accepted, which is to count nowhere else. */
  accepted(key: PodKey): void;
}

export interface Judge {
  judge(hello: Hello, nonce: string): Promise<Judgement>;
  /** Another gateway has accepted a token. */
  learn(key: PodKey): void;
  /** Of pods whose tokens might count still. */
  keys(): PodKey[];
}

export type Judgement =
  | { admit: true; pod: EnvironmentPod; version: number; ticket: string }
  | { admit: false; reason: string; message: string };

/** A pod's key, and when it was first heard of. */
interface Known {
  publicKey: string;
  atMs: number;
}

type Credential = { kind: "token" | "ticket"; identity: PodIdentity; publicKey: string };

/**
 * Of each pod a token counts for one key: the one that it first came with, here or at another gateway that told us, or the one that
 * the pod's ticket is bound to. Its function can read the token as well, and may not become a second environment elsewhere.
 */
export function createJudge(deps: JudgeDeps): Judge {
  /** By uid; entries older than any acceptable token are dropped. */
  const known = new Map<string, Known>();
  const learn = ({ uid, publicKey }: PodKey) => {
    if (known.has(uid)) return;
    const nowMs = deps.clock.nowMs();
    forgetOld(known, nowMs);
    known.set(uid, { publicKey, atMs: nowMs });
  };

  const credentialOf = async (hello: Hello, nonce: string): Promise<Credential | Judgement> => {
    if (hello.ticket !== undefined) {
      const ticket = readTicket(hello.ticket, deps.ticketKey(), deps.clock.nowMs());
      if (ticket === undefined) return refuse("BadTicket", "the ticket is not ours or has ended");
      if (!verifyProof(ticket.publicKey, nonce, hello.signature))
        return refuse("BadSignature", "the signature is not by the ticket's key");
      return { kind: "ticket", identity: ticket, publicKey: ticket.publicKey };
    }
    if (hello.token === undefined || hello.publicKey === undefined)
      return refuse("NoCredential", "a hello holds a ticket, or a token and a public key");
    if (!verifyProof(hello.publicKey, nonce, hello.signature))
      return refuse("BadSignature", "the signature is not by the public key");
    const identity = await deps.tokens.verify(hello.token);
    if ("refused" in identity) return refuse("BadToken", identity.refused.slice(0, 512));
    return { kind: "token", identity, publicKey: hello.publicKey };
  };

  return {
    async judge(hello, nonce) {
      if (!linkVersions.some((version) => version === hello.version))
        return refuse("BadVersion", wrongVersion(hello.version));
      const credential = await credentialOf(hello, nonce);
      if ("admit" in credential) return credential;
      const { identity, kind, publicKey } = credential;
      const pod = await deps.pods.waitFor(identity, linkLimits.podWaitMsMax);
      const nowMs = deps.clock.nowMs();
      // Its welcome may never have come there: who proves the same key is the same process, and may ask again.
      const first = known.get(identity.uid);
      const tokenUsed = first !== undefined && first.publicKey !== publicKey;
      const { gatewayStartedAtMs } = deps;
      const admission = decideAdmission({
        identity,
        credential: kind,
        pod,
        tokenUsed,
        gatewayStartedAtMs,
        nowMs,
      });
      if (!admission.admit) return admission;
      const { namespace, name, uid } = identity;
      learn({ uid, publicKey });
      if (kind === "token") deps.accepted({ uid, publicKey });
      const expiresAtMs = nowMs + linkLimits.ticketMsMax;
      const ticket = signTicket({ namespace, name, uid, publicKey, expiresAtMs }, deps.ticketKey());
      return { admit: true, pod: admission.pod, version: hello.version, ticket };
    },
    learn,
    keys: () => [...known].map(([uid, { publicKey }]) => ({ uid, publicKey })),
  };
}

function wrongVersion(version: number): string {
  const ours = linkVersions.join(" or ");
  return `The environment speaks version ${version} of the link, this gateway ${ours}: their images are of different releases of Kambda.`;
}

function refuse(reason: string, message: string): Judgement {
  return { admit: false, reason, message };
}

/** Insertion order is time order, so the oldest come first. */
function forgetOld(known: Map<string, Known>, nowMs: number): void {
  for (const [uid, { atMs }] of known) {
    if (nowMs - atMs < 2 * linkLimits.tokenAgeMsMax) return;
    known.delete(uid);
  }
}
