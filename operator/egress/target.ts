/** A URL made into what is dialled: one address, resolved once and judged. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import { mayDial } from "./address.ts";
import { EgressError } from "./error.ts";

export interface Target {
  url: URL;
  /** Without brackets. */
  hostname: string;
  port: number;
  /** The one address to dial. */
  address: string;
}

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<string[]>;

export interface ResolveDep {
  resolve: Resolve;
}

export async function resolveBySystem(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true, verbatim: true })).map((one) => one.address);
}

/** Says of an internal name no more than of one that does not exist: what is there is nobody's business. */
export async function targetOf(
  { settings, resolve }: SettingsDep & ResolveDep,
  text: string,
): Promise<Target> {
  const url = URL.parse(text);
  if (url === null) throw new EgressError("refused", "it is no URL such as https://example.com/code.zip");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new EgressError("refused", `only http: and https: are fetched, not ${url.protocol}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new EgressError("refused", "a URL with a user or password in it is not fetched");
  }
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const addresses = isIP(hostname) === 0 ? await resolve(hostname).catch(() => []) : [hostname];
  const address = addresses.find((one) => mayDial(one, settings.egress));
  if (address === undefined) {
    throw new EgressError(
      isIP(hostname) === 0 ? "noAddress" : "refused",
      `${hostname} has no address that may be dialled: it does not exist, it cannot be looked up now, or it is internal and the setting egress.allowCidrs does not allow it`,
    );
  }
  return { url, hostname, port, address };
}
