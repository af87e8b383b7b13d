/**
 * Which addresses may be dialled on a user's behalf, purely. Only public ones: loopback, link-local, metadata, private, pod and
 * Service ranges are the cluster's own, whatever form they are written in, unless the installation allows a range.
 */
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

export interface AddressRules {
  /** Ranges that may be dialled although they are internal. */
  allowCidrs: readonly string[];
  /** Ranges that may not although they look public: pods and Services in some clusters. */
  denyCidrs: readonly string[];
}

/** False too for what is no address at all. */
export function mayDial(address: string, { allowCidrs, denyCidrs }: AddressRules): boolean {
  const bare = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  if (!ipaddr.isValid(bare)) return false;
  const plain = unwrapped(ipaddr.parse(bare));
  if (allowCidrs.some((cidr) => isIn(plain, cidr))) return true;
  return plain.range() === "unicast" && !denyCidrs.some((cidr) => isIn(plain, cidr));
}

/** The IPv4 address inside an IPv6 one that routers or the kernel would take it for. */
function unwrapped(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const bytes = address.toByteArray();
  // NAT64 (64:ff9b::/96, RFC 6052) and IPv4-compatible (::/96) carry it in the last four bytes.
  const nat64 = address.range() === "rfc6052";
  const compatible =
    bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12).some((byte) => byte > 1);
  return nat64 || compatible ? new ipaddr.IPv4(bytes.slice(12)) : address;
}

function isIn(address: Address, cidr: string): boolean {
  const [range, bits] = ipaddr.parseCIDR(cidr);
  return range.kind() === address.kind() && address.match(range, bits);
}
