/** What the plans of all kinds share: actions and when to look again, and the status written and told of once it differs. */
import { canonicalJson, type Json } from "../crds/hash.ts";
import type { Again } from "../kernel/queue/queue.ts";
import type { Story } from "./events/story.ts";

export interface Plan<Action> {
  actions: Action[];
  again: Again;
}

/** The actions every kind has. */
export type StatusAction<Status> =
  | { action: "writeStatus"; status: Status }
  | { action: "tell"; story: Story };

function isSame(a: object, b: object): boolean {
  return canonicalJson(a as Json) === canonicalJson(b as Json);
}

/** Nothing where the status says it already; `stories` are what its change is worth. */
export function statusActions<Status extends object>(
  before: object,
  status: Status,
  stories: () => readonly Story[],
): StatusAction<Status>[] {
  if (isSame(before, status)) return [];
  return [
    { action: "writeStatus", status },
    ...stories().map((story) => ({ action: "tell", story }) as const),
  ];
}

/** Absent fields are left out, as they are in the API server: what is written and what is read compare equal. */
export function withoutAbsent<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
