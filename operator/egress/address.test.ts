import { expect, test } from "vitest";
import { fc } from "../../test/support/properties.ts";
import { mayDial } from "./address.ts";

const none = { allowCidrs: [], denyCidrs: [] };

test.each([
  ["93.184.216.34", true, "a public address"],
  ["2606:2800:220:1::1", true, "a public IPv6 address"],
  ["127.0.0.1", false, "loopback"],
  ["127.255.255.254", false, "all of loopback"],
  ["0.0.0.0", false, "this host"],
  ["10.1.2.3", false, "private"],
  ["172.16.0.1", false, "private"],
  ["172.31.255.255", false, "private"],
  ["192.168.1.1", false, "private"],
  ["169.254.169.254", false, "metadata"],
  ["100.64.0.1", false, "carrier-grade NAT, some clusters' pods"],
  ["192.0.2.1", false, "documentation"],
  ["198.18.0.1", false, "benchmarking"],
  ["224.0.0.1", false, "multicast"],
  ["255.255.255.255", false, "broadcast"],
  ["240.0.0.1", false, "reserved"],
  ["::1", false, "loopback"],
  ["::", false, "this host"],
  ["[::1]", false, "loopback in brackets"],
  ["fe80::1", false, "link-local"],
  ["fe80::1%eth0", false, "link-local with a zone"],
  ["fd00:ec2::254", false, "metadata over IPv6"],
  ["fc00::1", false, "unique local"],
  ["ff02::1", false, "multicast"],
  ["::ffff:127.0.0.1", false, "loopback mapped into IPv6"],
  ["::ffff:a00:1", false, "private mapped into IPv6"],
  ["::ffff:93.184.216.34", true, "public mapped into IPv6"],
  ["64:ff9b::7f00:1", false, "loopback behind NAT64"],
  ["64:ff9b::a9fe:a9fe", false, "metadata behind NAT64"],
  ["::7f00:1", false, "loopback in the old IPv4-compatible form"],
  ["2002:7f00:1::", false, "6to4"],
  ["2001:0:7f00:1::", false, "Teredo"],
  ["localhost", false, "no address"],
  ["", false, "nothing"],
])("%s may be dialled: %s (%s)", (address, expected) => {
  expect(mayDial(address, none)).toBe(expected);
});

test("a range that the installation allows may be dialled, its neighbours not", () => {
  const rules = { allowCidrs: ["10.20.0.0/16", "fd00::/64"], denyCidrs: [] };
  expect(
    ["10.20.3.4", "10.21.0.1", "::ffff:10.20.3.4", "fd00::5", "fd01::5"].map((one) => mayDial(one, rules)),
  ).toEqual([true, false, true, true, false]);
});

test("a public range that the installation denies may not be dialled", () => {
  expect(mayDial("93.184.216.34", { allowCidrs: [], denyCidrs: ["93.184.0.0/16"] })).toBe(false);
});

const octet = fc.nat(255);
const internal = fc.oneof(
  fc.tuple(fc.constant(10), octet, octet, octet),
  fc.tuple(fc.constant(127), octet, octet, octet),
  fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
  fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
  fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
);
const hex = (a: number, b: number) => ((a << 8) | b).toString(16);

test("no internal address may be dialled, however it is written", () => {
  fc.assert(
    fc.property(internal, ([a, b, c, d]) => {
      const forms = [
        `${a}.${b}.${c}.${d}`,
        `::ffff:${a}.${b}.${c}.${d}`,
        `::ffff:${hex(a, b)}:${hex(c, d)}`,
        `64:ff9b::${hex(a, b)}:${hex(c, d)}`,
        new URL(`http://${((a << 24) | (b << 16) | (c << 8) | d) >>> 0}/`).hostname,
        new URL(`http://0x${a.toString(16)}.${b}.${(c << 8) | d}/`).hostname,
      ];
      expect(forms.filter((form) => mayDial(form, none))).toEqual([]);
    }),
  );
});
