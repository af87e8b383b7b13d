/**
 * A bundle from single files (inline, ConfigMap). Its zip, what `CodeSha256` is the hash of and what GetFunction gives back, is
 * made by us and depends on paths, contents and modes only: stored, sorted, dated 1980.
 */
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { type Bundle, byPath } from "./bundle.ts";
import { checkTree, safePath } from "./path.ts";

export function bundleFiles(files: ReadonlyMap<string, Uint8Array>): Bundle {
  const sorted = [...files].map(([path, content]) => ({ path: safePath(path), content })).sort(byPath);
  checkTree(new Set(sorted.map((one) => one.path)));
  const entries = sorted.map(({ path, content }) => ({
    kind: "file" as const,
    path,
    bytes: content.length,
    executable: isExecutable(path, content),
    open: async () => Readable.from([content]),
  }));
  return {
    entries,
    unpackedBytes: sorted.reduce((sum, one) => sum + one.content.length, 0),
    zip: zipOf(sorted.map((one) => ({ ...one, executable: isExecutable(one.path, one.content) }))),
  };
}

/** A manifest cannot say a mode, so a custom runtime's entry and scripts get theirs. */
function isExecutable(path: string, content: Uint8Array): boolean {
  return path === "bootstrap" || (content[0] === 0x23 && content[1] === 0x21);
}

interface ZipFile {
  path: string;
  content: Uint8Array;
  executable: boolean;
}

const utf8Names = 0x0800;
const madeByUnix = 0x0314;
/** 1980-01-01, the format's first day. */
const firstDay = 0x0021;

/** https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7, 4.3.12 and 4.3.16. */
function zipOf(files: readonly ZipFile[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, content, executable } of files) {
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(utf8Names, 2);
    common.writeUInt16LE(firstDay, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const version = Buffer.alloc(2);
    version.writeUInt16LE(madeByUnix, 0);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((0o100000 | (executable ? 0o755 : 0o644)) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02"), version, common, tail, name);
    parts.push(Buffer.from("PK\x03\x04"), common, name, Buffer.from(content));
    offset += 30 + name.length + content.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
