/** How code comes to an environment: whole or in chunks, checked before it is unpacked, and unpacked without being held. */
import { expect } from "bun:test";
import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { archive, compress } from "./harness/archive.ts";
import { claim } from "./harness/claim.ts";
import { anAssignment, assign, invoke, startUnclaimed } from "./harness/environment.ts";
import type { Peer } from "./harness/gateway.ts";
import { waitFor } from "./harness/wait.ts";

const one = { "index.mjs": "export const handler = async () => 1" };

claim("code may come in chunks after the assignment, and an invocation right behind", async () => {
  const { gateway, supervisor, peer } = await startUnclaimed();
  const assignment = anAssignment({});
  const { bytes, sha256 } = await archive({ ...one, "padding.bin": randomUUID().repeat(5000) });
  const code = { delivery: "chunks" as const, sha256, archiveBytes: bytes.length };
  peer.send("assign", { assignment, code, epoch: 1 });
  sendInChunks(peer, bytes, 1000);
  expect((await invoke(peer, assignment, {}, {})).json).toBe(1);
  await supervisor.dispose();
  gateway.close();
});

/** A tar header for a path the ordinary packer would not write. */
function evilTar(path: string, type: string, target = ""): Uint8Array {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write("0000644\0", 100);
  header.write("00000000000\0", 124);
  header.write(type, 156);
  header.write(target, 157);
  header.write("ustar\x0000", 257);
  header.fill(32, 148, 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, Buffer.alloc(1024)]);
}

const badCode: Array<
  [title: string, make: () => Promise<{ bytes: Uint8Array; sha256: string }>, error: RegExp]
> = [
  ["a wrong sha256", async () => ({ ...(await archive(one)), sha256: "0".repeat(64) }), /sha256/],
  ["bytes that are no archive", async () => compress(Buffer.from("nothing")), /end mark|checksum/],
  ["a path that climbs", async () => compress(evilTar("../evil", "0")), /leaves the archive's root/],
  ["an absolute path", async () => compress(evilTar("/etc/evil", "0")), /leaves the archive's root/],
  ["a link that points outside", async () => compress(evilTar("link", "2", "../../etc")), /outside the root/],
  ["a device", async () => compress(evilTar("device", "3")), /not allowed/],
];

for (const [title, make, error] of badCode) {
  claim(`code with ${title} is refused, and the environment leaves`, async () => {
    const { gateway, supervisor, peer } = await startUnclaimed();
    assign(peer, anAssignment({}), await make());
    const refused = await invoke(peer, anAssignment({}), {}, {});
    expect(refused.end.status).toBe("failure");
    expect(refused.begun).toBe(false);
    const initialized = peer.received.find((message) => message.type === "initialized");
    expect(initialized?.head).toMatchObject({
      status: "error",
      error: { errorMessage: expect.stringMatching(error) },
    });
    expect(await supervisor.exited()).toEqual({ code: 1, signal: null });
    await supervisor.dispose();
    gateway.close();
  });
}

claim("a large archive is unpacked without being held", async () => {
  const { gateway, supervisor, peer } = await startUnclaimed();
  const assignment = anAssignment({});
  const noise = randomBytes(45 * 1024 * 1024).toString("base64");
  const { bytes, sha256 } = await archive({ ...one, "noise.txt": noise });
  const before = peakKb(supervisor.pid);
  peer.send("assign", {
    assignment,
    code: { delivery: "chunks", sha256, archiveBytes: bytes.length },
    epoch: 1,
  });
  sendInChunks(peer, bytes, 512 * 1024);
  expect((await invoke(peer, assignment, {}, {})).json).toBe(1);
  // Archive and files together are over 105 MB.
  expect((peakKb(supervisor.pid) - before) / 1024).toBeLessThan(65);
  await supervisor.dispose();
  gateway.close();
});

claim(
  "code whose gateway goes in the middle never comes: the environment leaves, and starts nothing",
  async () => {
    const { gateway, supervisor, peer } = await startUnclaimed();
    const assignment = anAssignment({});
    const { bytes, sha256 } = await archive({ ...one, "padding.bin": randomUUID().repeat(5000) });
    const code = { delivery: "chunks" as const, sha256, archiveBytes: bytes.length };
    peer.send("assign", { assignment, code, epoch: 1 });
    peer.send("code", { offset: 0, last: false }, bytes.subarray(0, bytes.length / 2));
    peer.send("ping", { sentAt: 0 });
    await waitFor("the supervisor to have it all", () => peer.received.some(({ type }) => type === "pong"));
    peer.cut();
    expect(await supervisor.exited()).toEqual({ code: 1, signal: null });
    expect(supervisor.notes()).toContain("lost before all of it had come");
    gateway.close();
  },
);

function sendInChunks(peer: Peer, bytes: Uint8Array, chunkBytes: number): void {
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    const last = offset + chunkBytes >= bytes.length;
    peer.send("code", { offset, last }, bytes.subarray(offset, offset + chunkBytes));
  }
}

function peakKb(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
