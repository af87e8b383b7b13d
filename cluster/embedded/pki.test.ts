import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, openAuthority } from "./pki.ts";

let folder: string;
let authority: Authority;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kambda-pki-"));
  authority = await openAuthority(folder);
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

  test("is the same authority when it is opened again", async () => {
    expect((await openAuthority(folder)).certificate).toBe(authority.certificate);
  });
});
