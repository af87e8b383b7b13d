import { createHash } from "node:crypto";
import { zstdDecompressSync } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { describe, expect, test } from "vitest";
import { limits } from "../../crds/limits.ts";
import { fc } from "../../test/support/properties.ts";
import { CodeError } from "./error.ts";
import { bundleFiles } from "./files.ts";
import { checkTree, safePath, safeTarget } from "./path.ts";
import { repack } from "./repack.ts";
import { checkSha256, sha256Of } from "./sha256.ts";
import { bundleZip } from "./zip.ts";
import { aZip, type ZipPart } from "./zipfixture.ts";

const files = (all: Record<string, string>) =>
  new Map(Object.entries(all).map(([path, text]) => [path, Buffer.from(text)]));

interface Unpacked extends Header {
  content: string;
}

async function unpack(archive: Uint8Array): Promise<Unpacked[]> {
  const tar = extract();
  const out: Unpacked[] = [];
  tar.end(zstdDecompressSync(archive));
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    out.push({ ...entry.header, content: Buffer.concat(chunks).toString() });
  }
  return out;
}

async function refusal(act: () => Promise<unknown> | unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof CodeError) return error.message;
    throw error;
  }
  return "it was taken";
}
const unzip = (...parts: ZipPart[]) => bundleZip(aZip(parts));
const repackZip = async (...parts: ZipPart[]) => unpack((await repack(await unzip(...parts))).archive);

describe("the canonical archive", () => {
  test("has every file in order, without owners, dates or special bits", async () => {
    const parts = [
      { name: "b.js", content: "b", mode: 0o104777 },
      { name: "a/x.js", content: "x", mode: 0o100600 },
    ];
    expect(await repackZip(...parts)).toMatchObject([
      { name: "a/x.js", mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), content: "x" },
      { name: "b.js", mode: 0o755, uid: 0, gid: 0, mtime: new Date(0), content: "b" },
    ]);
  });

  test("is the same whatever order and dates the files came in", async () => {
    const [a, b] = [
      { name: "a", content: "1" },
      { name: "b", content: "2" },
    ];
    const one = await repack(await unzip(a, b));
    const other = await repack(await unzip(b, a));
    const inline = await repack(bundleFiles(files({ b: "2", a: "1" })));
    expect([other.sha256, inline.sha256]).toEqual([one.sha256, one.sha256]);
    expect(createHash("sha256").update(one.archive).digest("hex")).toBe(one.sha256);
  });

  test("keeps long and foreign names", async () => {
    const name = `${"d".repeat(120)}/${"e".repeat(120)}/ünï.js`;
    expect((await repackZip({ name, content: "x" }))[0]?.name).toBe(name);
  });

  test("keeps links that stay inside", async () => {
    const link = { name: "node_modules/.bin/x", content: "../x/cli.js", mode: 0o120777 };
    expect(await repackZip(link, { name: "node_modules/x/cli.js", content: "" })).toMatchObject([
      { name: "node_modules/.bin/x", type: "symlink", linkname: "../x/cli.js" },
      { name: "node_modules/x/cli.js" },
    ]);
  });

  test("takes the later of two entries with one name, and no folders", async () => {
    const parts = [
      { name: "a", content: "1" },
      { name: "d/", content: "" },
      { name: "a", content: "2" },
    ];
    expect((await repackZip(...parts)).map((one) => [one.name, one.content])).toEqual([["a", "2"]]);
  });
});

describe("single files", () => {
  test("make the same zip in every process, which unzips to them", async () => {
    const bundle = bundleFiles(files({ "b.mjs": "b", "a.mjs": "a" }));
    expect(sha256Of(bundle.zip).hex).toBe("5825b3312e1844fbc7a4f4989876ef5f67ab4d14952332dd5bd0c1036630e78f");
    const again = await bundleZip(bundle.zip);
    expect((await repack(again)).sha256).toBe((await repack(bundle)).sha256);
  });

  test("are executable when they are a custom runtime's entry or a script", async () => {
    const { entries } = bundleFiles(files({ bootstrap: "\x7fELF", "run.sh": "#!/bin/sh", "a.js": "1" }));
    expect(entries.flatMap((one) => (one.kind === "file" && one.executable ? [one.path] : []))).toEqual([
      "bootstrap",
      "run.sh",
    ]);
  });

  test("may not leave the folder either", async () => {
    expect(await refusal(() => bundleFiles(files({ "../a": "" })))).toContain("leads out of it");
  });
});

describe("an archive is refused", () => {
  test.each<[string, () => Promise<unknown>, string]>([
    ["that is none", () => bundleZip(Buffer.from("hello")), "Could not unzip uploaded file"],
    [
      "that was cut off",
      () => bundleZip(aZip([{ name: "a", content: "x".repeat(99) }]).subarray(0, 90)),
      "Could not unzip",
    ],
    ["without files", () => unzip(), "holds no files"],
    ["with only folders", () => unzip({ name: "d/", content: "" }), "holds no files"],
    ["with a path upwards", () => unzip({ name: "a/../../b", content: "" }), "invalid relative path"],
    ["with an absolute path", () => unzip({ name: "/etc/passwd", content: "" }), "absolute path"],
    ["with a drive letter", () => unzip({ name: "C:/x", content: "" }), "absolute path"],
    [
      "with a link outside",
      () => unzip({ name: "l", content: "../x", mode: 0o120777 }),
      "link that leads out",
    ],
    [
      "with an absolute link",
      () => unzip({ name: "l", content: "/etc", mode: 0o120777 }),
      "link that leads out",
    ],
    [
      "with a path through a link",
      () => unzip({ name: "l", content: "d", mode: 0o120777 }, { name: "l/x", content: "" }),
      "both as a file or link and as a folder",
    ],
    ["with a device", () => unzip({ name: "dev", content: "", mode: 0o020666 }), "no file, folder or link"],
    ["with an encrypted entry", () => unzip({ name: "a", content: "x", encrypted: true }), "encrypted"],
    [
      "that says it is too large unpacked",
      () => unzip({ name: "a", content: "x", claimedBytes: limits.unzippedBytesMax + 1 }),
      "Unzipped size must be smaller than 262144000 bytes",
    ],
  ])("%s", async (_, act, sentence) => {
    expect(await refusal(act)).toContain(sentence);
  });

  test("when an entry unpacks to more than it says: a zip bomb", async () => {
    const bomb = await unzip({ name: "a", content: "x".repeat(10_000_000), claimedBytes: 10 });
    expect(await refusal(() => repack(bomb))).toContain("cannot be unpacked");
  });

  test("when its content is damaged", async () => {
    const damaged = await unzip({ name: "a", content: "x".repeat(1000), garbled: true });
    expect(await refusal(() => repack(damaged))).toContain("cannot be unpacked");
  });
});

describe("a link inside an archive", () => {
  test.each([
    ["a", "b", true],
    ["a/b", "../c", true],
    ["a/b", "../../c", false],
    ["a", "..", false],
    ["a/b", "x/../../../c", false],
    ["a/b/c", "x/../y", false],
    ["a/b", "..", true],
    ["a", "", false],
    ["a", "./b/./c", true],
  ])("at %s to %s is kept: %s", async (path, target, kept) => {
    expect((await refusal(() => safeTarget(path, target))) === "it was taken").toBe(kept);
  });
});

const segment = fc.constantFrom("..", ".", "", "a", "b", "\\", "é");
const anyPath = fc.array(segment, { maxLength: 6 }).map((all) => all.join("/"));

test("whatever path is taken stays inside", () => {
  fc.assert(
    fc.property(fc.oneof(anyPath, fc.string()), (raw) => {
      const base = "/var/task";
      let safe: string;
      try {
        safe = safePath(raw);
      } catch (error) {
        if (error instanceof CodeError) return;
        throw error;
      }
      expect(new URL(`file://${base}/${safe.split("/").map(encodeURIComponent).join("/")}`).pathname).toMatch(
        /^\/var\/task\/[^/]/,
      );
      expect(safe.split("/")).not.toContain("..");
    }),
  );
});

/** Follows a path through the links as a kernel would; segments above the root show as "OUT". */
function follow(links: ReadonlyMap<string, string>, path: string, depth = 0): string[] {
  let at: string[] = [];
  for (const part of path.split("/").filter((one) => one !== "" && one !== ".")) {
    if (part === "..") {
      if (at.length === 0) return ["OUT"];
      at = at.slice(0, -1);
      continue;
    }
    const here = [...at, part].join("/");
    const target = links.get(here);
    if (target === undefined || depth > 8) at = [...at, part];
    else at = follow(links, [...at, target].join("/"), depth + 1);
    if (at[0] === "OUT") return at;
  }
  return at;
}

test("no chain of links that are taken leads outside", () => {
  const linkPath = fc
    .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 })
    .map((all) => all.join("/"));
  fc.assert(
    fc.property(fc.array(fc.tuple(linkPath, anyPath), { maxLength: 5 }), anyPath, (candidates, asked) => {
      const links = new Map<string, string>();
      for (const [path, target] of candidates) {
        try {
          safeTarget(path, target);
          checkTree(new Set([...links.keys(), path]));
          links.set(path, target);
        } catch (error) {
          if (!(error instanceof CodeError)) throw error;
        }
      }
      for (const path of links.keys()) expect(follow(links, path)).not.toContain("OUT");
      if (!asked.split("/").includes("..")) expect(follow(links, asked)).not.toContain("OUT");
    }),
    { numRuns: 2000 },
  );
});

test("a hash is compared in hexadecimal and in base64", async () => {
  const bytes = Buffer.from("x");
  const { hex, base64 } = sha256Of(bytes);
  for (const good of [hex, hex.toUpperCase(), base64, undefined]) checkSha256(bytes, good);
  expect(await refusal(() => checkSha256(bytes, hex.replace("2", "3")))).toContain(`SHA-256 is ${hex}`);
});
