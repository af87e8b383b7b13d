/** Names of objects in the code store: what they are the hash of. */

/** The canonical archive, by the SHA-256 of its own bytes in hexadecimal. */
export function archiveObject(archiveSha256: string): string {
  return `${archiveSha256}.tar.zst`;
}

/** The zip as it came, by Lambda's CodeSha256 (base64). */
export function zipObject(codeSha256: string): string {
  return `${Buffer.from(codeSha256, "base64").toString("hex")}.zip`;
}
