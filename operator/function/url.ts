/** The address of a function's or an alias's URL. */
import type { Settings } from "../../kernel/settings/schema.ts";

export function urlOf(id: string, { urls: { scheme, domain, port } }: Settings): string {
  return `${scheme}://${id}.${domain}${port === undefined ? "" : `:${port}`}/`;
}
