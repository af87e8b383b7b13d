/** A bundle from a zip archive: entries checked before anything is unpacked, sizes counted again while it is. */
import type { Readable } from "node:stream";
import { type Entry, fromBuffer, type ZipFile } from "yauzl";
import { limits } from "../../crds/limits.ts";
import { type Bundle, type BundleEntry, byPath } from "./bundle.ts";
import { badArchive, tooLarge } from "./error.ts";
import { checkTree, safePath, safeTarget } from "./path.ts";

/** Throws CodeError for what is no zip archive, is too large unpacked, or holds anything but files, folders and links inside. */
export async function bundleZip(zip: Uint8Array): Promise<Bundle> {
  const archive = await open(zip);
  const byName = new Map<string, BundleEntry>();
  let unpackedBytes = 0;
  for (const entry of await entriesOf(archive)) {
    const kept = await toBundleEntry(archive, entry);
    if (kept === undefined) continue;
    const before = byName.get(kept.path);
    // The later of two with one name wins, as in unzip.
    unpackedBytes += bytesOf(kept) - (before === undefined ? 0 : bytesOf(before));
    if (unpackedBytes > limits.unzippedBytesMax) {
      throw tooLarge(`Unzipped size must be smaller than ${limits.unzippedBytesMax} bytes.`);
    }
    byName.set(kept.path, kept);
  }
  if (byName.size === 0) throw badArchive("The archive holds no files.");
  checkTree(new Set(byName.keys()));
  return { entries: [...byName.values()].sort(byPath), unpackedBytes, zip };
}

function bytesOf(entry: BundleEntry): number {
  return entry.kind === "file" ? entry.bytes : 0;
}

/** Sizes are checked against the directory's while reading, so an archive that lies about them fails there. */
function open(zip: Uint8Array): Promise<ZipFile> {
  const buffer = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  return new Promise((resolve, reject) =>
    fromBuffer(buffer, { lazyEntries: true, validateEntrySizes: true }, (error, archive) =>
      error === null ? resolve(archive) : reject(notAZip(error)),
    ),
  );
}

function notAZip(cause: Error): Error {
  return badArchive(
    `Could not unzip uploaded file. Please check your file, then try to upload again (${cause.message}).`,
    cause,
  );
}

function entriesOf(archive: ZipFile): Promise<Entry[]> {
  if (archive.entryCount > limits.archiveEntriesMax) {
    throw badArchive(
      `The archive has ${archive.entryCount} entries; ${limits.archiveEntriesMax} are allowed.`,
    );
  }
  const entries: Entry[] = [];
  return new Promise((resolve, reject) => {
    archive.on("entry", (entry: Entry) => {
      entries.push(entry);
      if (entries.length > limits.archiveEntriesMax) {
        reject(badArchive(`The archive has more than ${limits.archiveEntriesMax} entries.`));
      } else archive.readEntry();
    });
    archive.on("end", () => resolve(entries));
    archive.on("error", (error: Error) => reject(notAZip(error)));
    archive.readEntry();
  });
}

const typeMask = 0o170000;
const symbolicLink = 0o120000;
const plainFile = 0o100000;
const folder = 0o040000;
const madeByUnix = 3;

/** Undefined for folders: they come with their files. */
async function toBundleEntry(archive: ZipFile, entry: Entry): Promise<BundleEntry | undefined> {
  const raw = entry.fileName;
  const path = safePath(raw);
  const mode = entry.versionMadeBy >> 8 === madeByUnix ? entry.externalFileAttributes >>> 16 : 0;
  const type = mode & typeMask;
  if (raw.endsWith("/") || type === folder) return undefined;
  if (entry.isEncrypted()) throw badArchive(`The archive has an encrypted entry: ${JSON.stringify(path)}.`);
  if (type === symbolicLink) {
    if (entry.uncompressedSize > limits.archivePathBytesMax) {
      throw badArchive(`The archive has a symbolic link with too long a target: ${JSON.stringify(path)}.`);
    }
    const target = await textOf(await openEntry(archive, entry));
    return { kind: "link", path, target: safeTarget(path, target) };
  }
  if (type !== 0 && type !== plainFile) {
    throw badArchive(`The archive has an entry that is no file, folder or link: ${JSON.stringify(path)}.`);
  }
  const executable = (mode & 0o111) !== 0;
  return {
    kind: "file",
    path,
    bytes: entry.uncompressedSize,
    executable,
    open: () => openEntry(archive, entry),
  };
}

function openEntry(archive: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) =>
    archive.openReadStream(entry, (error, stream) => {
      if (error === null) resolve(stream);
      else
        reject(
          badArchive(
            `The archive's ${JSON.stringify(entry.fileName)} cannot be read: ${error.message}.`,
            error,
          ),
        );
    }),
  );
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
