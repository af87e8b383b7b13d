/**
 * Server-side apply, as far as Kambda leans on it: a manager's fields are those of its last intent; what it leaves out next time
 * goes, what others own stays. Conditions and owners are lists by key; every other list is one value.
 */
import type { KubeObject } from "../port.ts";
import { isRecord } from "./merge.ts";

/** The last intent by object and manager. */
export type Intents = Map<string, Map<string, KubeObject>>;

export function applied(
  intents: Intents,
  key: string,
  base: KubeObject,
  intent: KubeObject,
  manager: string,
): KubeObject {
  const managers = intents.get(key) ?? new Map<string, KubeObject>();
  const before = managers.get(manager);
  intents.set(key, managers.set(manager, structuredClone(intent)));
  const pruned = before === undefined ? base : prune(base, before, intent);
  return overlay(pruned, intent) as KubeObject;
}

/** Without the fields of `before` that are not in `intent`. */
function prune(base: unknown, before: unknown, intent: unknown): unknown {
  if (Array.isArray(base) && isKeyed(before)) {
    const wanted = Array.isArray(intent) ? intent.map(itemKey) : [];
    const owned = before.map(itemKey);
    return base.filter((item) => !owned.includes(itemKey(item)) || wanted.includes(itemKey(item)));
  }
  if (!isRecord(base) || !isRecord(before)) return base;
  const next = { ...base };
  for (const [field, value] of Object.entries(before)) {
    const wanted = isRecord(intent) ? intent[field] : undefined;
    if (wanted !== undefined || isRecord(value) || isKeyed(value))
      next[field] = prune(next[field], value, wanted);
    else delete next[field];
    if (wanted === undefined && isEmpty(next[field])) delete next[field];
  }
  return next;
}

function overlay(base: unknown, intent: unknown): unknown {
  if (Array.isArray(base) && isKeyed(intent)) {
    const rest = base.filter((item) => !intent.some((one) => itemKey(one) === itemKey(item)));
    return [
      ...rest,
      ...intent.map((one) =>
        overlay(
          base.find((item) => itemKey(item) === itemKey(one)),
          one,
        ),
      ),
    ];
  }
  if (!isRecord(intent)) return intent;
  const next: Record<string, unknown> = isRecord(base) ? { ...base } : {};
  for (const [field, value] of Object.entries(intent)) {
    if (value !== undefined) next[field] = overlay(next[field], value);
  }
  return next;
}

/** Conditions have a type and a status, owners a uid. */
function itemKey(item: unknown): unknown {
  if (!isRecord(item)) return undefined;
  return "status" in item ? item.type : item.uid;
}

function isKeyed(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof itemKey(item) === "string");
}

function isEmpty(value: unknown): boolean {
  return (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0);
}
