import { describe, expect, test } from "vitest";
import { capacityAt } from "./capacity.ts";

const office = [
  {
    name: "open",
    schedule: "cron(0 8 ? * MON-FRI *)",
    timezone: "Europe/Berlin",
    minCapacity: 10,
    maxCapacity: 20,
  },
  {
    name: "close",
    schedule: "cron(0 20 ? * MON-FRI *)",
    timezone: "Europe/Berlin",
    minCapacity: 0,
    maxCapacity: 2,
  },
];
const scaled = (schedules: typeof office | object[], asked = 5) => ({
  provisionedConcurrency: asked,
  provisionedConcurrencyScaling: { minCapacity: 1, maxCapacity: 100, schedules: schedules as typeof office },
});
const at = (spec: ReturnType<typeof scaled>, moment: string) => capacityAt(spec, Date.parse(moment));

describe("a schedule", () => {
  // 2026-11-23 is a Monday; Berlin is an hour ahead of UTC then.
  test.each([
    ["on Monday before it opens, as Friday's closing left it", "2026-11-23T06:59:59Z", 2],
    ["at the very moment it opens", "2026-11-23T07:00:00Z", 10],
    ["on Monday evening", "2026-11-23T18:59:59Z", 10],
    ["once closed", "2026-11-23T19:00:00Z", 2],
    ["on Sunday", "2026-11-22T12:00:00Z", 2],
  ])("%s", (_, moment, count) => {
    expect(at(scaled(office), moment)?.count).toBe(count);
  });

  test("keeps its time zone's hours across the change of summer time", () => {
    // Berlin leaves summer time on 2026-10-25: 8:00 is 6:00 UTC on Friday and 7:00 UTC on Monday.
    expect(at(scaled(office), "2026-10-23T06:00:00Z")?.count).toBe(10);
    expect(at(scaled(office), "2026-10-26T06:30:00Z")?.count).toBe(2);
    expect(at(scaled(office), "2026-10-26T07:00:00Z")?.count).toBe(10);
  });

  test("says when it is to be looked at again", () => {
    const next = at(scaled(office), "2026-11-20T20:00:00Z")?.nextMs;
    expect(new Date(next ?? 0).toISOString()).toBe("2026-11-23T07:00:00.000Z");
  });

  test("counts days of the week as EventBridge does: 1 is Sunday", () => {
    const sunday = [{ name: "s", schedule: "cron(0 0 ? * 1 *)", timezone: "UTC", minCapacity: 7 }];
    const next = at(scaled(sunday), "2026-11-23T00:00:00Z")?.nextMs;
    expect(new Date(next ?? 0).toISOString()).toBe("2026-11-29T00:00:00.000Z");
  });

  test("once, at a moment of its time zone", () => {
    const once = [
      { name: "sale", schedule: "at(2026-11-27T00:00:00)", timezone: "America/New_York", minCapacity: 50 },
    ];
    expect(at(scaled(once), "2026-11-27T04:59:59Z")?.count).toBe(5);
    expect(at(scaled(once), "2026-11-27T05:00:00Z")?.count).toBe(50);
    expect(at(scaled(once), "2026-12-27T00:00:00Z")?.count).toBe(50);
  });

  test("at a rate, from its start on, and not after its end", () => {
    const window = { startTime: "2026-01-01T00:00:00Z", endTime: "2026-01-02T00:00:00Z" };
    const rate = [{ name: "r", schedule: "rate(10 minutes)", timezone: "UTC", minCapacity: 9, ...window }];
    expect(at(scaled(rate), "2025-12-31T23:59:59Z")).toEqual({
      count: 5,
      nextMs: Date.parse(window.startTime),
    });
    expect(at(scaled(rate), "2026-01-01T00:05:00Z")).toEqual({
      count: 9,
      nextMs: Date.parse("2026-01-01T00:10:00Z"),
    });
    expect(at(scaled(rate), "2026-01-03T00:00:00Z")).toEqual({ count: 9 });
  });

  test.each([
    ["cron(0 8 * * MON)", "UTC", /has not six fields/],
    ["cron(99 8 ? * MON *)", "UTC", /minute/],
    [
      "cron(0 8 ? * MON *)",
      "Mars/Olympus",
      /^schedule odd: timezone Mars\/Olympus is none: name it as Europe\/Berlin or UTC$/,
    ],
    ["rate(ten minutes)", "UTC", /no rate/],
  ])(
    "that cannot be read is told, and the number asked for stands: %s %s",
    (schedule, timezone, sentence) => {
      const capacity = at(
        scaled([{ name: "odd", schedule, timezone, minCapacity: 9 }]),
        "2026-11-23T12:00:00Z",
      );
      expect(capacity?.count).toBe(5);
      expect(capacity?.problem).toMatch(/^schedule odd: /);
      expect(capacity?.problem).toMatch(sentence);
    },
  );
});

test("without schedules the number asked for is kept between least and most", () => {
  expect(at(scaled([], 5), "2026-01-01T00:00:00Z")).toEqual({ count: 5 });
  expect(at(scaled([], 500), "2026-01-01T00:00:00Z")).toEqual({ count: 100 });
  expect(capacityAt({ provisionedConcurrency: 3 }, 0)).toEqual({ count: 3 });
  expect(capacityAt({}, 0)).toBeUndefined();
});
