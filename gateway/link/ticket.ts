/**
 * Tickets: what a first hello earns. A ticket binds a pod's identity to the key its supervisor made in memory, and is worth
 * nothing without a signature by that key. Any gateway that knows the ticket key can read one.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { PodIdentity } from "./identity.ts";

const content = z.object({
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  publicKey: z.string(),
  expiresAtMs: z.number(),
});

export interface Ticket extends PodIdentity {
  publicKey: string;
  expiresAtMs: number;
}

export function signTicket(ticket: Ticket, ticketKey: Uint8Array): string {
  const body = Buffer.from(JSON.stringify(ticket)).toString("base64url");
  return `${body}.${mac(body, ticketKey)}`;
}

/** Undefined for a ticket that is not ours or is past its time. */
export function readTicket(text: string, ticketKey: Uint8Array, nowMs: number): Ticket | undefined {
  const [body = "", signature = "", ...rest] = text.split(".");
  const expected = Buffer.from(mac(body, ticketKey));
  const given = Buffer.from(signature);
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected))
    return undefined;
  const ticket = content.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
  return ticket.expiresAtMs > nowMs ? ticket : undefined;
}

function mac(body: string, ticketKey: Uint8Array): string {
  return createHmac("sha256", ticketKey).update(`kambda-ticket-1:${body}`).digest("base64url");
}
