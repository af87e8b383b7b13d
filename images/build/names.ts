/** Every name the builder derives: references, local tags, files. Pure. */

/** What charts and manifests say: `kambda/nats:1.2.3`. */
export function imageReference(name: string, version: string): string {
  return `kambda/${name}:${version}`;
}

/** The same in the full form that a container runtime stores: short names mean Docker Hub to every one of them. */
export function storedReference(name: string, version: string): string {
  return `docker.io/${imageReference(name, version)}`;
}

/** The builder's own tag: by content, so that an image of another checkout is never taken for this one's. */
export function localTag(name: string, identity: string): string {
  return `${repository(name)}:${shortIdentity(identity)}`;
}

export function repository(name: string): string {
  return `localhost/kambda/${name}`;
}

/** The file name of an image's archive; `archiveIdentity` reads it back. */
export function archiveName(name: string, identity: string): string {
  return `${name}@${shortIdentity(identity)}.tar`;
}

/** The short identity in an archive's file name, if it is an archive of this image. */
export function archiveIdentity(name: string, file: string): string | undefined {
  return file.startsWith(`${name}@`) && file.endsWith(".tar")
    ? file.slice(name.length + 1, -".tar".length)
    : undefined;
}

/** 16 hex digits: enough to tell builds apart, short enough to read. */
export function shortIdentity(identity: string): string {
  return identity.slice(0, 16);
}
