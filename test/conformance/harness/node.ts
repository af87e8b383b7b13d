/** What the tables of Node functions share. */
import { anyList, type Behaviour, behaviours } from "./behaviour.ts";

export const trace = anyList;

/** A module with one handler; `again` answers at once. */
export const handler = (body: string, before = "") => ({
  "index.mjs": `${before}\nexport const handler = async (event, context) => { if (event.again) return { ok: true };\n${body}\n};`,
});

/** Those of the table that the release knows, on every Node we ship; `since` is the first that runs them. */
export function onEveryNode(table: Behaviour[], since = 20): void {
  for (const line of [24, 22, 20] as const) {
    const language = `nodejs${line}.x` as const;
    if (line >= since)
      behaviours(
        language,
        table.map((behaviour) => ({ ...behaviour, language })),
      );
  }
}
