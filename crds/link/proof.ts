/**
 * Proof that a hello comes from the process that holds the key: an ed25519 signature over the challenge's nonce. The key is made
 * in the supervisor's memory and never leaves it; the gateway binds it to the pod with the ticket. Strings are base64, the public key is SPKI DER.
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";

/** What is signed is never just the nonce: the label keeps the signature from meaning anything elsewhere. */
const label = "kambda-link-hello-1:";

export interface LinkKey {
  publicKey: string;
  sign(nonce: string): string;
}

export function createLinkKey(): LinkKey {
  const pair: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync("ed25519");
  return {
    publicKey: pair.publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    sign: (nonce) => sign(null, Buffer.from(label + nonce), pair.privateKey).toString("base64"),
  };
}

/** False for a signature that does not fit and for a public key that is not one. */
export function verifyProof(publicKey: string, nonce: string, signature: string): boolean {
  const key = readPublicKey(publicKey);
  return key !== undefined && verify(null, Buffer.from(label + nonce), key, Buffer.from(signature, "base64"));
}

function readPublicKey(publicKey: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch (cause) {
    // The sender wrote something that is no key: its hello is refused, which is all there is to tell it.
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}
