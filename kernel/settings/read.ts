/** Reads the settings file; a wrong one stops the process with the field's name and what is allowed. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { type Settings, settingsSchema } from "./schema.ts";

/** `path` absent: the defaults. Throws with one line a wrong field. */
export function readSettings(path: string | undefined): Settings {
  if (path === undefined) return settingsSchema.parse({});
  const parsed = settingsSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success)
    throw new Error(`the settings in ${path} are wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
