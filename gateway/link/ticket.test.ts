import { expect, test } from "vitest";
import { fc } from "../../test/support/properties.ts";
import { readTicket, signTicket } from "./ticket.ts";

const key = new Uint8Array(32).fill(7);
const ticket = { namespace: "team", name: "kambda-pool-1", uid: "u1", publicKey: "key", expiresAtMs: 2_000 };

test("a ticket gives back what it binds, until it ends", () => {
  const text = signTicket(ticket, key);
  expect(readTicket(text, key, 1_999)).toEqual(ticket);
  expect(readTicket(text, key, 2_000)).toBeUndefined();
});

test("a ticket signed with another key is not ours", () => {
  expect(readTicket(signTicket(ticket, new Uint8Array(32).fill(8)), key, 0)).toBeUndefined();
});

test("a ticket changed anywhere is worth nothing, and no text breaks the reader", () => {
  const text = signTicket(ticket, key);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom(..."ABCxyz019-_."), (at, letter) => {
      const changed = text.slice(0, at) + letter + text.slice(at + 1);
      // The last letter of a base64 text may hold bits that mean nothing.
      if (changed === text) return;
      const read = readTicket(changed, key, 0);
      expect(read === undefined || JSON.stringify(read) === JSON.stringify(ticket)).toBe(true);
    }),
  );
  fc.assert(fc.property(fc.string(), (any) => readTicket(any, key, 0) === undefined));
});
