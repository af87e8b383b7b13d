/**
 * Canonical JSON and the hashes made of it. Everything of ours that is named by its content goes through here, so that one
 * value has one text and one hash in every process.
 */
import { createHash, createHmac } from "node:crypto";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** JSON with sorted keys, no white space, and absent fields left out: equal values, equal text. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value as { readonly [key: string]: Json | undefined })
    .filter((field): field is [string, Json] => field[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(",")}}`;
}

/** SHA-256 of the canonical JSON, 64 hexadecimal digits. */
export function canonicalHash(value: Json): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** `length` characters of a–z and 0–9 made of the value; about 5.17 bits each. `secret` makes it an HMAC. */
export function shortHash(value: Json, length: number, secret?: string): string {
  const text = canonicalJson(value);
  const digest =
    secret === undefined
      ? createHash("sha512").update(text).digest("hex")
      : createHmac("sha512", secret).update(text).digest("hex");
  return BigInt(`0x${digest}`).toString(36).padStart(99, "0").slice(-length);
}
