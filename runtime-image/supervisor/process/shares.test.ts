import { expect, test } from "vitest";
import { createShares } from "./shares.ts";

/** Processes by id: what each has resident, and its share of it if the kernel tells. */
type Scene = Record<number, { resident: number; share?: number; parent?: number }>;

function looks(...scenes: Scene[]): number[] {
  let scene: Scene = {};
  const sharesOf = createShares(
    (pid) => scene[pid]?.share,
    (pid) => scene[pid]?.parent ?? 0,
  );
  return scenes.map((next) => {
    scene = next;
    return sharesOf(new Map(Object.entries(next).map(([pid, { resident }]) => [Number(pid), resident])));
  });
}

test("what five processes share counts once", () => {
  const forked = Object.fromEntries([1, 2, 3, 4, 5].map((pid) => [pid, { resident: 300, share: 60 }]));
  expect(looks(forked, forked, forked)).toEqual([0, 0, 300]);
});

test("a child that is between vfork and exec at a look does not count its parent's memory again", () => {
  const parent = { resident: 300, share: 300 };
  const small = { resident: 1, share: 1 };
  expect(
    looks(
      { 1: parent, 2: parent },
      { 1: parent, 2: small, 3: parent },
      // The third still waits for its turn to run its own program.
      { 1: parent, 2: small, 3: parent, 4: parent },
      { 1: parent, 5: parent },
    ),
  ).toEqual([0, 0, 301, 300]);
});

test("a child that stays between vfork and exec, for want of a processor, does not count its parent's memory again", () => {
  const scene = { 1: { resident: 301, share: 300 }, 2: { resident: 299, share: 300, parent: 1 } };
  expect(looks(scene, scene, scene, scene)).toEqual([0, 0, 300, 300]);
});

test("a child that has written nothing since its fork has half of what is its parent's too, and both halves count", () => {
  const scene = { 1: { resident: 300, share: 150 }, 2: { resident: 300, share: 150, parent: 1 } };
  expect(looks(scene, scene, scene)).toEqual([0, 0, 300]);
});

test("who does not let itself be looked at is taken at what it has resident", () => {
  const hidden = { 1: { resident: 300, share: 100 }, 2: { resident: 300 } };
  expect(looks(hidden, hidden, hidden)).toEqual([0, 0, 400]);
});
