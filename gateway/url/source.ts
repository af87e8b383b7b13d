/** Where a request came from: the connection's other end, or what proxies we trust say was the end of theirs. */

export interface Source {
  ip: string;
  /** X-Forwarded-For as the function sees it: only hops that are believed. */
  forwardedFor: string;
}

/** Each trusted proxy stands for one hop, counted from our end; the hop before the last trusted one is the source. */
export function sourceOf(
  remoteAddress: string,
  forwardedFor: string | undefined,
  trustedProxies: number,
): Source {
  const remote = remoteAddress.replace(/^::ffff:/, "");
  const said = (forwardedFor ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .filter((hop) => hop !== "");
  const hops = [...said, remote];
  const believed = hops.slice(-(trustedProxies + 1));
  return {
    ip: believed[0] ?? remote,
    forwardedFor: believed.slice(0, Math.max(1, believed.length - 1)).join(", "),
  };
}
