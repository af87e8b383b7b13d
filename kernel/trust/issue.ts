/** Makes the link's keys: a small CA of our own, a server certificate under it, and the key that signs tickets. */
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { trustLimits } from "./limits.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** What stands in Secret `kambda-link`, all PEM but the ticket key, which is base64. */
export interface TrustMaterial {
  caCertificate: string;
  caKey: string;
  certificate: string;
  key: string;
  ticketKey: string;
}

x509.cryptoProvider.set(webcrypto as Crypto);

/** Keys from nothing. `nowMs` is epoch milliseconds; `hosts` become the certificate's DNS names. */
export async function issueTrust(nowMs: number, hosts: readonly string[]): Promise<TrustMaterial> {
  const keys = await makeKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: "CN=kambda-link-ca",
      serialNumber: serialNumber(),
      notBefore: new Date(nowMs - trustLimits.clockSkewMs),
      notAfter: new Date(nowMs + trustLimits.authorityMsMax),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    webcrypto as Crypto,
  );
  const caKey = await exportKey(keys.privateKey);
  const ticketKey = Buffer.from(webcrypto.getRandomValues(new Uint8Array(trustLimits.ticketKeyBytes)));
  const caCertificate = authority.toString("pem");
  const server = await issueCertificate({ caCertificate, caKey }, nowMs, hosts);
  return { caCertificate, caKey, ...server, ticketKey: ticketKey.toString("base64") };
}

/** A new server certificate under a CA that stays. */
export async function issueCertificate(
  authority: Pick<TrustMaterial, "caCertificate" | "caKey">,
  nowMs: number,
  hosts: readonly string[],
): Promise<Pick<TrustMaterial, "certificate" | "key">> {
  const keys = await makeKeys();
  const issuer = new x509.X509Certificate(authority.caCertificate);
  const signingKey = await importKey(authority.caKey);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: `CN=${hosts[0] ?? "kambda-link"}`,
      issuer: issuer.subject,
      serialNumber: serialNumber(),
      notBefore: new Date(nowMs - trustLimits.clockSkewMs),
      notAfter: new Date(Math.min(nowMs + trustLimits.certificateMsMax, issuer.notAfter.getTime())),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([
          x509.ExtendedKeyUsage.serverAuth,
          x509.ExtendedKeyUsage.clientAuth,
        ]),
        new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: "dns", value }))),
        await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ],
    },
    webcrypto as Crypto,
  );
  return { certificate: certificate.toString("pem"), key: await exportKey(keys.privateKey) };
}

/** Positive and unique: 16 random bytes with the top bit cleared. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return Buffer.from(bytes).toString("hex");
}

async function makeKeys(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair;
}

async function exportKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

async function importKey(pem: string): Promise<CryptoKey> {
  const bytes = x509.PemConverter.decodeFirst(pem);
  return (await webcrypto.subtle.importKey("pkcs8", bytes, algorithm, true, ["sign"])) as CryptoKey;
}
