import { expect, test } from "vitest";
import { createCapacity } from "./capacity.ts";

test("what others reserve and keep provisioned is seen by limits that were read before", () => {
  const capacity = createCapacity(1000);
  const plain = capacity.capsOf("team/plain", "team/plain-1");
  const kept = capacity.capsOf("team/kept", "team/kept-1");
  const other = capacity.capsOf("other/plain", "other/plain-1");
  capacity.reserve("team/reserved", 300);
  capacity.provision("team/kept", "team/kept-1", 50);
  capacity.provision("team/kept", "team/kept-2", 20);
  expect({ ...plain }).toEqual({
    reserved: undefined,
    unreserved: 700,
    account: 1000,
    provisioned: 0,
    setAside: 70,
  });
  expect(kept).toMatchObject({ provisioned: 50, setAside: 70 });
  expect(other).toMatchObject({ unreserved: 1000, setAside: 0 });
});

test("provisioned concurrency moves into its function's reservation with it, and out again", () => {
  const capacity = createCapacity(1000);
  const plain = capacity.capsOf("team/plain", "team/plain-1");
  const kept = capacity.capsOf("team/kept", "team/kept-1");
  capacity.provision("team/kept", "team/kept-1", 50);
  capacity.reserve("team/kept", 60);
  expect(kept).toMatchObject({ reserved: 60, provisioned: 50, setAside: 50 });
  expect(plain).toMatchObject({ unreserved: 940, setAside: 0 });
  capacity.reserve("team/kept", undefined);
  expect(plain).toMatchObject({ unreserved: 1000, setAside: 50 });
  capacity.provision("team/kept", "team/kept-1", 0);
  expect(plain).toMatchObject({ unreserved: 1000, setAside: 0 });
});

test("a function that reserves and keeps nothing any more is forgotten, and its namespace with the last; limits read before hold", () => {
  const capacity = createCapacity(1000);
  const before = capacity.capsOf("team/kept", "team/kept-1");
  for (let turn = 0; turn < 3; turn++) {
    capacity.reserve("team/kept", 60);
    capacity.provision("team/kept", "team/kept-1", 50);
    capacity.reserve("other/plain", undefined);
    expect(capacity.size()).toEqual({ namespaces: 1, functions: 1 });
    expect(before).toMatchObject({ reserved: 60, provisioned: 50, setAside: 50, unreserved: 940 });
    capacity.reserve("team/kept", undefined);
    capacity.provision("team/kept", "team/kept-1", 0);
    expect(capacity.size()).toEqual({ namespaces: 0, functions: 0 });
    expect(before).toMatchObject({ reserved: undefined, provisioned: 0, setAside: 0, unreserved: 1000 });
  }
});
