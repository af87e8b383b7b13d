/**
 * Paths and links of an archive, made safe, purely: nothing unpacked by them lies or points outside the folder they are
 * unpacked in, in whatever order and through whatever links.
 */
import { limits } from "../../crds/limits.ts";
import { badArchive } from "./error.ts";

const segmentBytesMax = 255;

/** `a/b.js` from `./a//b.js`; throws CodeError for a path that leaves the folder or that no file system takes. */
export function safePath(raw: string): string {
  const shown = JSON.stringify(raw.slice(0, 200));
  if (raw.includes("\0")) throw badArchive(`The archive has a path with a zero byte: ${shown}.`);
  if (Buffer.byteLength(raw) > limits.archivePathBytesMax) {
    throw badArchive(`The archive has a path of more than ${limits.archivePathBytesMax} bytes: ${shown}.`);
  }
  if (raw.startsWith("/") || /^[A-Za-z]:/.test(raw)) {
    throw badArchive(
      `The archive has an absolute path, ${shown}: pack it with paths relative to the code's folder.`,
    );
  }
  const segments = raw.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) throw badArchive(`The archive has a path that leads out of it: ${shown}.`);
  if (segments.some((segment) => Buffer.byteLength(segment) > segmentBytesMax)) {
    throw badArchive(`The archive has a file name of more than ${segmentBytesMax} bytes: ${shown}.`);
  }
  if (segments.length === 0) throw badArchive(`The archive has an entry without a name: ${shown}.`);
  return segments.join("/");
}

/**
 * A symbolic link's target, kept as it is when it stays inside. `..` may stand only at its start: behind another segment it
 * could leave through a second link, which no look at the text alone can tell.
 */
export function safeTarget(path: string, target: string): string {
  const shown = `${JSON.stringify(path.slice(0, 200))} → ${JSON.stringify(target.slice(0, 200))}`;
  const refused = () => badArchive(`The archive has a symbolic link that leads out of it: ${shown}.`);
  if (target === "" || target.includes("\0") || target.startsWith("/")) throw refused();
  if (Buffer.byteLength(target) > limits.archivePathBytesMax) throw refused();
  let depth = path.split("/").length - 1;
  let descended = false;
  for (const segment of target.split("/").filter((one) => one !== "" && one !== ".")) {
    if (segment !== "..") descended = true;
    else if (descended || --depth < 0) throw refused();
  }
  return target;
}

/** Throws when a path runs through another entry that is no folder: a file or a link. */
export function checkTree(paths: ReadonlySet<string>): void {
  for (const path of paths) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const above = path.slice(0, at);
      if (paths.has(above)) {
        const shown = JSON.stringify(above.slice(0, 200));
        throw badArchive(`The archive has ${shown} both as a file or link and as a folder.`);
      }
    }
  }
}
