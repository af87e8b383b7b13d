/**
 * Reads from a Dockerfile what the builder must supply: `ARG BASE=debian:<suite>-slim` asks for a Debian base,
 * `ARG ANY=kambda/<image>` for an image of ours. So a Dockerfile says once, for every builder, what it stands on.
 */
export interface DockerfileNeeds {
  /** The Debian release of the base; absent when the image starts from nothing. */
  readonly suite?: string;
  readonly images: readonly { readonly arg: string; readonly image: string }[];
}

const argLine = /^ARG\s+([A-Z0-9_]+)=(\S+)\s*$/gm;
const debianBase = /^debian:([a-z]+)-slim$/;
const ownImage = /^kambda\/([a-z0-9._-]+?)(?::[\w.-]+)?$/;

export function dockerfileNeeds(dockerfile: string, args: Readonly<Record<string, string>>): DockerfileNeeds {
  let suite: string | undefined;
  const images: { arg: string; image: string }[] = [];
  for (const [, arg = "", preset = ""] of dockerfile.matchAll(argLine)) {
    const value = args[arg] ?? preset;
    const image = ownImage.exec(value)?.[1];
    if (arg === "BASE") suite = debianBase.exec(value)?.[1];
    else if (image !== undefined) images.push({ arg, image });
  }
  return suite === undefined ? { images } : { suite, images };
}
