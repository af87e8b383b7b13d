/** Puts built images where a cluster's nodes pull them from: a registry, by skopeo and the credentials it keeps (`skopeo login`). */
import { createHash } from "node:crypto";
import type { BuiltImages } from "../images/build.ts";
import { run } from "../program/run.ts";

/** As the chart's `images` value has them. */
export interface Pushed {
  /** Before every image's name: `registry.example.com/team/`. */
  prefix: string;
  tag: string;
}

/** `registry` is a host and a path in it. Throws with the command that mends it when skopeo is missing or refused. */
export async function pushImages(
  registry: string,
  { images }: Pick<BuiltImages, "images">,
  detail: (text: string) => void,
): Promise<Pushed> {
  if ((await run("skopeo", ["--version"], { allowed: "any" })).code !== 0)
    throw new Error("pushing images takes skopeo: apt-get install --yes skopeo");
  const pushed = placeIn(registry, images);
  for (const [name, { archive }] of Object.entries(images)) {
    detail(name);
    const target = `docker://${pushed.prefix}${name}:${pushed.tag}`;
    await run("skopeo", ["copy", ...insecure(registry), `oci-archive:${archive}`, target]).catch((cause) => {
      throw new Error(`${target} was not pushed; \`skopeo login ${registry.split("/")[0]}\` signs in`, {
        cause,
      });
    });
  }
  return pushed;
}

/** One tag for all, of what they are: the same images are the same tag, and a node never takes older ones for them. */
export function placeIn(registry: string, images: BuiltImages["images"]): Pushed {
  const identities = Object.entries(images).map(([name, { identity }]) => `${name}=${identity}`);
  const tag = createHash("sha256").update(identities.sort().join("\n")).digest("hex").slice(0, 16);
  return { prefix: `${registry.replace(/\/+$/, "")}/`, tag };
}

/** A registry on this machine's loopback has no certificate; Docker and containerd make the same exception. */
function insecure(registry: string): string[] {
  return /^(localhost|127\.[0-9.]+)(:|\/|$)/.test(registry) ? ["--dest-tls-verify=false"] : [];
}
