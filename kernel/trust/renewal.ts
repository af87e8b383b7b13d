/** Which of the link's keys are due, from their dates alone. */
import { X509Certificate } from "node:crypto";
import type { TrustMaterial } from "./issue.ts";
import { trustLimits } from "./limits.ts";

export type Renewal = "none" | "certificate" | "everything";

/** `everything` also when the material cannot be read: keys nobody can use are worth nothing. */
export function decideRenewal(material: TrustMaterial, nowMs: number, hosts: readonly string[]): Renewal {
  const authority = read(material.caCertificate);
  const certificate = read(material.certificate);
  if (authority === undefined || material.caKey === "" || material.ticketKey === "") return "everything";
  if (leftMs(authority, nowMs) < trustLimits.authorityRenewBeforeMs) return "everything";
  if (certificate === undefined || material.key === "" || !certificate.verify(authority.publicKey))
    return "certificate";
  if (leftMs(certificate, nowMs) < trustLimits.certificateRenewBeforeMs) return "certificate";
  return hosts.every((host) => certificate.checkHost(host) !== undefined) ? "none" : "certificate";
}

function read(pem: string): X509Certificate | undefined {
  if (!pem.includes("BEGIN CERTIFICATE")) return undefined;
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    // Someone wrote over the Secret; the mend is the same as for an empty one.
    if (cause instanceof Error) return undefined;
    throw cause;
  }
}

function leftMs(certificate: X509Certificate, nowMs: number): number {
  return Date.parse(certificate.validTo) - nowMs;
}
