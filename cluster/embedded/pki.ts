/**
 * The cluster's own certificate authority. It gives each process a certificate under the user name Kubernetes
 * knows it by. Nothing of it outlives the cluster.
 */
import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const validYears = 10;

/** Who a certificate is for: Kubernetes reads the user from the common name, groups from the organisation. */
export interface Holder {
  readonly user: string;
  readonly group?: string;
  /** DNS names and addresses it serves under. */
  readonly serves?: readonly string[];
}

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  issue(holder: Holder): Promise<KeyPair>;
}

/** Opens the authority kept in `folder`, making it first when it is not there; what it issues is valid from `now` on. */
export async function openAuthority(folder: string, now: Date): Promise<Authority> {
  const certificatePath = join(folder, "ca.crt");
  const keyPath = join(folder, "ca.key");
  if (!existsSync(keyPath)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made = await makeAuthority(validity(now));
    writeFileSync(certificatePath, made.certificate);
    writeFileSync(keyPath, made.key, { mode: 0o600 });
  }
  const certificate = readFileSync(certificatePath, "utf8");
  const der = createPrivateKey(readFileSync(keyPath)).export({ type: "pkcs8", format: "der" });
  const signingKey = await webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
  const issuer = new X509Certificate(certificate).subject;
  return { certificate, issue: (holder) => issue(holder, { issuer, signingKey, ...validity(now) }) };
}

async function makeAuthority(valid: Validity): Promise<KeyPair> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...valid,
    name: "CN=kambda-cluster",
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await pem(keys.privateKey) };
}

interface Issue extends Validity {
  issuer: string;
  signingKey: webcrypto.CryptoKey;
}

async function issue(holder: Holder, { issuer, signingKey, ...valid }: Issue): Promise<KeyPair> {
  const keys = await newKeys();
  const groups = holder.group === undefined ? [] : [{ O: [holder.group] }];
  const serves = (holder.serves ?? []).map((value) => ({ type: isIP(value) ? "ip" : "dns", value }) as const);
  const certificate = await X509CertificateGenerator.create({
    ...valid,
    subject: [...groups, { CN: [holder.user] }],
    issuer,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth, ExtendedKeyUsage.serverAuth]),
      ...(serves.length > 0 ? [new SubjectAlternativeNameExtension(serves)] : []),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await pem(keys.privateKey) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, [
    "sign",
    "verify",
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

async function pem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}/g, "$&\n").trim()}\n-----END PRIVATE KEY-----\n`;
}

interface Validity {
  notBefore: Date;
  notAfter: Date;
}

/** Begins a day ago, for clocks that differ. */
function validity(now: Date): Validity {
  const notBefore = new Date(now);
  notBefore.setDate(notBefore.getDate() - 1);
  const notAfter = new Date(notBefore);
  notAfter.setFullYear(notAfter.getFullYear() + validYears);
  return { notBefore, notAfter };
}
