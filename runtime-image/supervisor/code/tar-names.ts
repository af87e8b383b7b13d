/** Names in archives: what pax says of them, and whether they stay inside the root. Pure. */
import { TarError } from "./tar-header.ts";

const pathBytesMax = 4096;

/** `<length> key=value\n` records, the length counting the whole record. */
export function readPax(data: Buffer): Map<string, string> {
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

/** The path in its plain form; refuses one that is absolute or climbs. */
export function safePath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") || path.includes("\0") || parts.includes("..")) {
    throw new TarError(`${JSON.stringify(path)} leaves the archive's root`);
  }
  if (Buffer.byteLength(path) > pathBytesMax) throw new TarError(`a path is over ${pathBytesMax} bytes`);
  return parts.join("/");
}

/** A link's target, as it is; refuses one that points outside the root. */
export function safeTarget(path: string, target: string): string {
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
