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

/** The file name of an image's archive. */
export function archiveName(name: string, identity: string): string {
  return `${cacheName(name, identity)}.tar`;
}

/** What one state of an image is called in the cache; `cachedIdentity` reads it back. */
export function cacheName(name: string, identity: string): string {
  return `${name}@${shortIdentity(identity)}`;
}

/** The short identity in the name of a cached file or folder, if it is one of this image. */
export function cachedIdentity(name: string, file: string): string | undefined {
  return file.startsWith(`${name}@`) ? file.slice(name.length + 1).replace(/\.tar$/, "") : undefined;
}

/** 16 hex digits: enough to tell builds apart, short enough to read. */
export function shortIdentity(identity: string): string {
  return identity.slice(0, 16);
}
