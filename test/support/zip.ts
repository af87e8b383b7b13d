/** Writes zip archives, evil ones included: names are taken as they are, and an entry may say it is a symbolic link. */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  name: string;
  content: string | Uint8Array;
  /** Unix mode, type bits included; a regular file 0644 unless said. */
  mode?: number;
  /** Says so in the headers; the true size otherwise. */
  claimedBytes?: number;
}

export const symbolicLink = 0o120777;
const regularFile = 0o100644;
const deflated = 8;
const madeByUnix = (3 << 8) | 20;

/** Files by path, or entries where more is to be said. */
export function zip(files: Record<string, string | Uint8Array> | ZipEntry[]): Buffer {
  const entries = Array.isArray(files)
    ? files
    : Object.entries(files).map(([name, content]) => ({ name, content }));
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { local, central } = encode(entry, offset);
    locals.push(local);
    centrals.push(central);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function encode(entry: ZipEntry, offset: number): { local: Buffer; central: Buffer } {
  const name = Buffer.from(entry.name);
  const content = Buffer.from(entry.content as Uint8Array);
  const data = deflateRawSync(content);
  // From "version needed" to the lengths of name and extra field: the same 26 bytes in both headers.
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(deflated, 4);
  common.writeUInt16LE(0x21, 8);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(entry.claimedBytes ?? content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const start = Buffer.alloc(6);
  start.writeUInt32LE(0x02014b50, 0);
  start.writeUInt16LE(madeByUnix, 4);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(((entry.mode ?? regularFile) << 16) >>> 0, 6);
  tail.writeUInt32LE(offset, 10);
  return {
    local: Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common, name, data]),
    central: Buffer.concat([start, common, tail, name]),
  };
}
