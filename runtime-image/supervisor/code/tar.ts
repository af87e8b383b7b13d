/**
 * Reads a plain tar archive (ustar, with GNU and pax long names) into entries. Pure. The operator repacked it and checked
 * every path already; this reader refuses anything that leaves its root all the same, since it runs where the harm would be.
 */
import { entriesMax } from "../limits.ts";

export type TarEntry =
  | { kind: "file"; path: string; mode: number; data: Uint8Array }
  | { kind: "directory"; path: string; mode: number }
  | { kind: "symlink"; path: string; target: string };

/** An archive that is damaged or reaches outside its root. */
export class TarError extends Error {
  override name = "TarError";
}

const blockBytes = 512;
const pathBytesMax = 4096;

export function readTar(archive: Uint8Array): TarEntry[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.length);
  const entries: TarEntry[] = [];
  let longPath: string | undefined;
  let longTarget: string | undefined;
  for (let at = 0; at + blockBytes <= bytes.length; ) {
    const header = bytes.subarray(at, at + blockBytes);
    if (header.every((byte) => byte === 0)) return entries;
    checkSum(header);
    const size = readOctal(header, 124, 12, "size");
    const data = bytes.subarray(at + blockBytes, at + blockBytes + size);
    if (data.length < size) throw new TarError("the archive ends inside a file");
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === "L" || type === "K") {
      const name = readLongName(data);
      if (type === "L") longPath = name;
      else longTarget = name;
      continue;
    }
    if (type === "x") {
      const pax = readPax(data);
      longPath = pax.get("path") ?? longPath;
      longTarget = pax.get("linkpath") ?? longTarget;
      continue;
    }
    if (type === "g") continue;
    const path = safePath(longPath ?? shortPath(header));
    const target = longTarget ?? readText(header, 157, 100);
    longPath = undefined;
    longTarget = undefined;
    const mode = readOctal(header, 100, 8, "mode") & 0o777;
    if (entries.length >= entriesMax) throw new TarError(`more than ${entriesMax} entries`);
    if (type === "5") entries.push({ kind: "directory", path, mode });
    else if (type === "2") entries.push({ kind: "symlink", path, target: safeTarget(path, target) });
    else if (type === "0" || type === "\0") entries.push({ kind: "file", path, mode, data });
    else throw new TarError(`${path}: an entry of type "${type}" is not allowed`);
  }
  throw new TarError("the archive ends without its end mark");
}

function checkSum(header: Buffer): void {
  let sum = 0;
  for (let index = 0; index < blockBytes; index++) {
    sum += index >= 148 && index < 156 ? 32 : (header[index] as number);
  }
  if (sum !== readOctal(header, 148, 8, "checksum")) throw new TarError("a header's checksum is wrong");
}

function readOctal(header: Buffer, start: number, length: number, what: string): number {
  const text = readText(header, start, length).trim();
  if (!/^[0-7]*$/.test(text)) throw new TarError(`a header's ${what} is no octal number`);
  return text === "" ? 0 : Number.parseInt(text, 8);
}

function readText(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
}

function shortPath(header: Buffer): string {
  const prefix = header.toString("latin1", 257, 262) === "ustar" ? readText(header, 345, 155) : "";
  const name = readText(header, 0, 100);
  return prefix === "" ? name : `${prefix}/${name}`;
}

function readLongName(data: Buffer): string {
  if (data.length > pathBytesMax) throw new TarError(`a path is over ${pathBytesMax} bytes`);
  const end = data.indexOf(0);
  return data.toString("utf8", 0, end < 0 ? data.length : end);
}

/** `<length> key=value\n`, the length counting the whole record. */
function readPax(data: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(32, at);
    const length = Number(data.toString("latin1", at, space < 0 ? at : space));
    if (!Number.isInteger(length) || length < 5 || at + length > data.length) {
      throw new TarError("a pax header is damaged");
    }
    const record = data.toString("utf8", space + 1, at + length - 1);
    const equals = record.indexOf("=");
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

/** The path without its leading `./`; refuses one that is absolute or climbs. */
function safePath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") || path.includes("\0") || parts.includes("..")) {
    throw new TarError(`${JSON.stringify(path)} leaves the archive's root`);
  }
  if (Buffer.byteLength(path) > pathBytesMax) throw new TarError(`a path is over ${pathBytesMax} bytes`);
  return parts.join("/");
}

/** A link's target, as it is; refuses one that points outside the root. */
function safeTarget(path: string, target: string): string {
  let depth = path.split("/").length - 1;
  const leaves = () =>
    new TarError(`${JSON.stringify(path)} links to ${JSON.stringify(target)}, outside the root`);
  if (target === "" || target.startsWith("/") || target.includes("\0")) throw leaves();
  for (const part of target.split("/")) {
    if (part === "..") depth -= 1;
    else if (part !== "" && part !== ".") depth += 1;
    if (depth < 0) throw leaves();
  }
  return target;
}
