import { expect, test } from "vitest";
import { requirePrograms } from "./packages.ts";

const silent = () => {};

test("asks for nothing where everything is there", async () => {
  await expect(requirePrograms({ sh: "dash" }, { env: { PATH: "/bin:/usr/bin" } }, silent)).resolves.toBe(
    undefined,
  );
});

test("says what to install where it cannot install itself", async () => {
  const programs = { mvn: "maven", javac: "default-jdk-headless" };
  await expect(requirePrograms(programs, { env: { PATH: "" } }, silent)).rejects.toThrow(
    /Missing here: maven, default-jdk-headless\..*apt-get install .*maven default-jdk-headless$/,
  );
});
