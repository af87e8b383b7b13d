import { expect, test } from "vitest";
import { findGroupFiles } from "./group-files.ts";
import { readGroupMemory } from "./group-memory.ts";

const kills = { memory: "memory.oom_control", unified: "memory.events" };

test("a group's file is looked for in the process's own group and at the root it may see instead", () => {
  expect(findGroupFiles("9:name=systemd:/\n4:memory:/kubepods/pod1/c\n0::/\n", kills)).toEqual([
    "/sys/fs/cgroup/memory/kubepods/pod1/c/memory.oom_control",
    "/sys/fs/cgroup/memory/memory.oom_control",
    "/sys/fs/cgroup/memory.events",
  ]);
  expect(findGroupFiles("5:cpu,memory:/a\n", kills)).toContain("/sys/fs/cgroup/memory/a/memory.oom_control");
  expect(findGroupFiles("0::/kubepods.slice/x.scope\n", kills)).toContain(
    "/sys/fs/cgroup/kubepods.slice/x.scope/memory.events",
  );
});

test("a group's memory is its anonymous and shared pages, in both generations, and not the page cache", () => {
  const second = "anon 104857600\nfile 900000000\nkernel 4096\nshmem 2048\nfile_mapped 0\nanon_thp 0\n";
  expect(readGroupMemory(second)).toEqual({ anonymous: 102_400, shared: 2 });
  const first =
    "cache 900000000\nrss 1024\nshmem 0\nhierarchical_memory_limit 9\ntotal_cache 1\ntotal_rss 4096\ntotal_shmem 1024\n";
  expect(readGroupMemory(first)).toEqual({ anonymous: 4, shared: 1 });
});

test("a kernel that does not count so says nothing, which is not none", () => {
  expect(readGroupMemory("")).toBeUndefined();
  expect(readGroupMemory("cache 1\n")).toBeUndefined();
});
