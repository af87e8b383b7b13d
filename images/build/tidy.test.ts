import { mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { removeOldArchives } from "./tidy.ts";

test("the two newest archives of an image stay, and those of others are left alone", () => {
  const cache = mkdtempSync(join(tmpdir(), "kambda-tidy-"));
  const folder = join(cache, "archives");
  mkdirSync(folder);
  for (const [second, file] of ["nats@1.tar", "nats@2.tar", "nats@3.tar", "nats-x@1.tar"].entries()) {
    writeFileSync(join(folder, file), "");
    utimesSync(join(folder, file), second, second);
  }
  removeOldArchives({ root: "/", cache, env: {}, version: "1" }, "nats");
  expect(readdirSync(folder).sort()).toEqual(["nats-x@1.tar", "nats@2.tar", "nats@3.tar"]);
});
