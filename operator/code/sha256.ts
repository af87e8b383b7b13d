/** SHA-256 as people write it: hexadecimal as sha256sum prints it, or base64 as Lambda shows it. */
import { createHash } from "node:crypto";
import { CodeError } from "./error.ts";

export function sha256Of(bytes: Uint8Array): { hex: string; base64: string } {
  const digest = createHash("sha256").update(bytes).digest();
  return { hex: digest.toString("hex"), base64: digest.toString("base64") };
}

/** Throws CodeError when the archive is not the one expected. */
export function checkSha256(bytes: Uint8Array, expected: string | undefined): void {
  if (expected === undefined) return;
  const { hex, base64 } = sha256Of(bytes);
  if (expected.toLowerCase() === hex || expected === base64) return;
  throw new CodeError(
    "SourceHashMismatch",
    `The archive's SHA-256 is ${hex}, but spec.code.sha256 says ${expected}. Set sha256 to the archive meant, or restore it.`,
  );
}
