import { expect, test } from "vitest";
import { lackOf } from "./packages.ts";

test("a machine with every program lacks no package", () => {
  expect(lackOf(() => true)).toBeUndefined();
});

test.each<[string, string[], string[]]>([
  ["one program", ["nft"], ["nftables"]],
  ["a file by its path", ["/usr/lib/cni/ptp"], ["containernetworking-plugins"]],
  ["two programs of one package", ["containerd", "ctr"], ["containerd"]],
  ["several", ["runc", "ip"], ["runc", "iproute2"]],
])("what is missing is named with the command that brings it: %s", (_, files, packages) => {
  expect(lackOf((file) => !files.includes(file))?.message).toBe(
    `Debian packages are missing: ${packages.join(", ")}. As root, run: apt-get install --yes --no-install-recommends ${packages.join(" ")}`,
  );
});
