import { expect, test } from "vitest";
import { createLinkKey, verifyProof } from "./proof.ts";

test("a proof fits its key and its nonce, and nothing else", () => {
  const key = createLinkKey();
  const other = createLinkKey();
  const signature = key.sign("nonce");
  expect(verifyProof(key.publicKey, "nonce", signature)).toBe(true);
  expect(verifyProof(key.publicKey, "another", signature)).toBe(false);
  expect(verifyProof(other.publicKey, "nonce", signature)).toBe(false);
});

test("a public key or signature that is none is a refusal, not a crash", () => {
  const key = createLinkKey();
  expect(verifyProof("bm90IGEga2V5", "nonce", key.sign("nonce"))).toBe(false);
  expect(verifyProof(key.publicKey, "nonce", "!!")).toBe(false);
});
