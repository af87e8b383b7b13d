/** What the supervisor does before it is claimed: all that a claim has it do, with a made-up function. */

import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../runtime-image/supervisor/clock/clock.ts";
import { readConfig } from "../../runtime-image/supervisor/config.ts";
import { rehearse } from "../../runtime-image/supervisor/rehearsal/rehearse.ts";

const scratch = mkdtempSync(join(tmpdir(), "rehearsal-"));
const config = readConfig({
  KAMBDA_LINK_HOST: "127.0.0.1",
  KAMBDA_LINK_PORT: "1",
  KAMBDA_LINK_CA: "-",
  KAMBDA_SCRATCH_ROOT: scratch,
});
afterAll(() => rmSync(scratch, { recursive: true }));

test("it goes from the assignment to the end of every invocation, and leaves nothing behind", async () => {
  const notes: string[] = [];
  await rehearse({ clock: systemClock, note: (note) => notes.push(note) }, config, "nodejs24.x", 3);
  expect(notes).toEqual([]);
  expect(readdirSync(scratch)).toEqual([]);
});

test("one that cannot be is told and keeps nobody from serving", async () => {
  const notes: string[] = [];
  const elsewhere = { ...config, scratch: join(scratch, "elsewhere") };
  await rehearse({ clock: systemClock, note: (note) => notes.push(note) }, elsewhere, "nodejs24.x", 3);
  expect(notes).toEqual([expect.stringContaining("the rehearsal: Error: ENOENT")]);
});
