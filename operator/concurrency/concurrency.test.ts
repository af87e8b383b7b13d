import { describe, expect, test } from "vitest";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction } from "../../kernel/testing/objects.ts";
import { fc } from "../../test/support/properties.ts";
import { decideProvision } from "./provision.ts";
import { decideReservation } from "./reservation.ts";
import { createReservations, type Reservations } from "./reservations.ts";

const account = { account: 1000, unreservedMin: 100 };
const reserve = (asked: number | undefined, held?: number, others = 0, provisioned = 0) =>
  decideReservation({ asked, held, others, provisioned, ...account });

describe("reserved concurrency", () => {
  test("is granted as long as 100 of the account's 1000 stay unreserved", () => {
    expect(reserve(900)).toEqual({ granted: 900 });
    expect(reserve(400, undefined, 500)).toEqual({ granted: 400 });
    expect(reserve(901).granted).toBeUndefined();
    expect(reserve(401, undefined, 500).granted).toBeUndefined();
  });

  test("counts what is provisioned for functions without a reservation as taken", () => {
    expect(reserve(400, undefined, 0, 500)).toEqual({ granted: 400 });
    expect(reserve(401, undefined, 0, 500).granted).toBeUndefined();
  });

  test("keeps what it had when more is refused, and says what is allowed", () => {
    const { granted, problem } = reserve(700, 20, 300, 50);
    expect(granted).toBe(20);
    expect(problem).toBe(
      "reservedConcurrency: 700 is not to be had: at least 100 of the account's 1000 must stay unreserved, other functions reserve 300 and 50 are provisioned, so at most 550 can be reserved here; it keeps the 20 it has.",
    );
  });

  test("can always become less, nothing, or 0, even where the account has become too small", () => {
    expect(reserve(10, 20, 2000)).toEqual({ granted: 10 });
    expect(reserve(0, 20, 2000)).toEqual({ granted: 0 });
    expect(reserve(0, undefined, 2000)).toEqual({ granted: 0 });
    expect(reserve(undefined, 20, 2000)).toEqual({ granted: undefined });
  });
});

describe("reservations of a namespace", () => {
  const settings = settingsSchema.parse({});
  const watches = (functions: ReturnType<typeof aFunction>[] = []) =>
    ({ functions: { list: () => functions }, pods: { list: () => [] } }) as never;
  const named = (name: string, reservedConcurrency?: number, status = {}) =>
    aFunction(reservedConcurrency === undefined ? {} : { reservedConcurrency }, { name }, status);

  test("are granted once each, before the watch tells of the last grant", () => {
    const reservations = createReservations({ settings, watches: watches() });
    expect(reservations.decide(named("a", 600)).granted).toBe(600);
    expect(reservations.decide(named("b", 600)).granted).toBeUndefined();
    expect(reservations.decide(named("b", 300)).granted).toBe(300);
    expect(reservations.sumOf("team")).toBe(900);
  });

  test("are remembered by the status across a restart, and looked at again when there is room", () => {
    const before = [named("a", 600, { reservedConcurrency: 600 })];
    const reservations = createReservations({ settings, watches: watches(before) });
    const told: string[] = [];
    reservations.onRoom((namespace) => told.push(namespace));
    expect(reservations.decide(named("b", 600)).granted).toBeUndefined();
    expect(reservations.of("team", "a")).toBe(600);
    expect(told).toEqual([]);
    reservations.forget("team/a");
    expect(told).toEqual(["team"]);
    expect(reservations.decide(named("b", 600)).granted).toBe(600);
  });

  /** Of functions that reserve nothing. */
  const provide = (reservations: Reservations, revision: string, wanted: number) =>
    reservations.provide({ namespace: "team", revision, functionName: revision, wanted, there: 0 }, []);

  test("count what was granted to be provisioned before any of it was made, and look again when less is", () => {
    const reservations = createReservations({ settings, watches: watches() });
    const told: string[] = [];
    reservations.onRoom((namespace) => told.push(namespace));
    expect(provide(reservations, "x", 500).allowed).toBe(500);
    expect(reservations.decide(named("b", 401)).granted).toBeUndefined();
    expect(reservations.decide(named("b", 400)).granted).toBe(400);
    expect(provide(reservations, "y", 1).allowed).toBe(0);
    expect(provide(reservations, "x", 450).allowed).toBe(450);
    expect(provide(reservations, "y", 60).allowed).toBe(50);
    reservations.forgetProvision("team/x");
    expect(told).toEqual(["team", "team"]);
    expect(provide(reservations, "y", 500).allowed).toBe(500);
  });

  test("and what is provisioned never add up to more than the floor leaves, asked for in whatever order", () => {
    const asked = fc.integer({ min: 0, max: 1000 });
    const step = fc.record({ name: fc.constantFrom("a", "b", "x", "y"), asked });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const reservations = createReservations({ settings, watches: watches() });
        const kept = new Map<string, number>();
        for (const { name, asked } of steps) {
          if (name < "x") reservations.decide(named(name, asked));
          else kept.set(name, provide(reservations, name, asked).allowed);
          const provisioned = [...kept.values()].reduce((sum, count) => sum + count, 0);
          expect(reservations.sumOf("team") + provisioned).toBeLessThanOrEqual(900);
        }
      }),
    );
  });

  test("never add up to more than the floor leaves, whatever is asked for in whatever order", () => {
    const step = fc.record({
      name: fc.constantFrom("a", "b", "c"),
      asked: fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const reservations = createReservations({ settings, watches: watches() });
        for (const { name, asked } of steps) {
          reservations.decide(named(name, asked));
          expect(reservations.sumOf("team")).toBeLessThanOrEqual(900);
        }
      }),
    );
  });
});

describe("provisioned concurrency", () => {
  const provision = (over: Partial<Parameters<typeof decideProvision>[0]>) =>
    decideProvision({
      wanted: 10,
      there: 0,
      reserved: undefined,
      others: 0,
      reservedSum: 0,
      ...account,
      ...over,
    });

  test("is taken from what is unreserved, and leaves 100 of it", () => {
    expect(provision({ wanted: 400, reservedSum: 300, others: 200 })).toEqual({ allowed: 400 });
    const { allowed, problem } = provision({ wanted: 401, reservedSum: 300, others: 200 });
    expect(allowed).toBe(400);
    expect(problem).toContain("at most 400 can be provisioned here");
  });

  test("is taken from the function's reservation where it has one, all of it if so asked", () => {
    expect(provision({ wanted: 20, reserved: 20, reservedSum: 900 })).toEqual({ allowed: 20 });
    expect(provision({ wanted: 20, reserved: 20, others: 5, reservedSum: 900 }).allowed).toBe(15);
    expect(provision({ wanted: 1, reserved: 0 }).allowed).toBe(0);
  });

  test("that is there already stays when the room becomes less", () => {
    expect(provision({ wanted: 10, there: 8, reserved: 5 }).allowed).toBe(8);
  });
});
