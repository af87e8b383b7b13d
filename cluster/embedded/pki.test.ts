import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, openAuthority } from "./pki.ts";

const now = new Date("2026-03-01T12:00:00Z");
let folder: string;
let authority: Authority;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kambda-pki-"));
  authority = await openAuthority(folder, now);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the cluster's authority", () => {
  test("issues certificates it can be traced to, under the user and group Kubernetes reads", async () => {
    const { certificate } = await authority.issue({ user: "system:node:a-1", group: "system:nodes" });
    const issued = new X509Certificate(certificate);
    expect(issued.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect(issued.subject).toBe("O=system:nodes\nCN=system:node:a-1");
  });

  test("names the hosts and addresses a server answers under", async () => {
    const { certificate } = await authority.issue({
      user: "api",
      serves: ["kubernetes.default", "10.1.2.3"],
    });
    const issued = new X509Certificate(certificate);
    expect(issued.checkHost("kubernetes.default")).toBe("kubernetes.default");
    expect(issued.checkIP("10.1.2.3")).toBe("10.1.2.3");
    expect(issued.checkHost("elsewhere")).toBeUndefined();
  });

  test("dates what it issues a day back, for clocks that differ, and for ten years", async () => {
    const { certificate } = await authority.issue({ user: "api" });
    for (const issued of [new X509Certificate(certificate), new X509Certificate(authority.certificate)]) {
      expect(new Date(issued.validFrom)).toEqual(new Date("2026-02-28T12:00:00Z"));
      expect(new Date(issued.validTo)).toEqual(new Date("2036-02-28T12:00:00Z"));
    }
  });

  test("is the same authority when it is opened again", async () => {
    expect((await openAuthority(folder, now)).certificate).toBe(authority.certificate);
  });
});
