/** The arrows of the house, on the real import graph: who may import whom (ARCHITECTURE.md). */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const rooms = [
  "crds",
  "kernel",
  "operator",
  "gateway",
  "runtime-image",
  "cluster",
  "images",
  "program",
  "start",
  "test",
] as const;
type Room = (typeof rooms)[number];

/** What each room may import of the others. */
const mayImport: Record<Room, Room[]> = {
  crds: [],
  kernel: ["crds"],
  operator: ["crds", "kernel"],
  gateway: ["crds", "kernel"],
  "runtime-image": ["crds", "images"],
  program: [],
  cluster: ["program"],
  images: ["crds", "runtime-image", "program"],
  start: [...rooms],
  test: [...rooms],
};

/** `import … from "x"`, `export … from "x"`, `import "x"` and `import("x")`. */
const importPattern =
  /^(?:import|export)\b[^;"]*?\bfrom\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm;

const imports = globSync(
  rooms.map((room) => `${room}/**/*.ts`),
  { cwd: root, exclude: (name) => name.includes("node_modules") },
).flatMap((file) =>
  [...readFileSync(join(root, file), "utf8").matchAll(importPattern)].map((match) => {
    const target = (match[1] ?? match[2] ?? match[3]) as string;
    const path = target.startsWith(".") ? normalize(join(dirname(file), target)) : target;
    return { file, path, own: target.startsWith(".") };
  }),
);

const roomOf = (path: string) => rooms.find((room) => path.startsWith(`${room}/`));
const isTest = (file: string) => /\.test\.ts$|\/testing\//.test(file) || file.startsWith("test/");

test("the import graph was read", () => {
  expect(imports.length).toBeGreaterThan(100);
});

test("imports between rooms follow the arrows", () => {
  const wrong = imports.filter(({ file, path, own }) => {
    const from = roomOf(file);
    const to = roomOf(path);
    if (!own || from === undefined || to === undefined || from === to || isTest(file)) return false;
    return !mayImport[from].includes(to);
  });
  expect(wrong.map(({ file, path }) => `${file} imports ${path}`)).toEqual([]);
});

test("no file leads back to itself, types included", () => {
  const importsOf = Map.groupBy(
    imports.filter(({ own }) => own),
    ({ file }) => file,
  );
  const circles = [...importsOf.keys()].flatMap((file) => circleFrom(file, importsOf) ?? []);
  expect([...new Set(circles)]).toEqual([]);
});

/** The shortest way from a file back to itself; the same words whichever of its files it is told from. */
function circleFrom(start: string, importsOf: ReadonlyMap<string, readonly { path: string }[]>) {
  const from = new Map<string, string>();
  const reached = [start];
  for (const file of reached) {
    for (const { path } of importsOf.get(file) ?? []) {
      if (from.has(path)) continue;
      from.set(path, file);
      reached.push(path);
      if (path !== start) continue;
      const circle = [start];
      for (let back = file; back !== start; back = from.get(back) ?? start) circle.push(back);
      return circle.toSorted().join(", ");
    }
  }
  return undefined;
}

test("the supervisor imports node:*, bun:ffi and crds/link only", () => {
  const wrong = imports.filter(
    ({ file, path, own }) =>
      file.startsWith("runtime-image/supervisor/") &&
      !isTest(file) &&
      !(own
        ? path.startsWith("runtime-image/supervisor/") || path.startsWith("crds/link/")
        : /^(node:|bun:ffi$)/.test(path)),
  );
  expect(wrong.map(({ file, path }) => `${file} imports ${path}`)).toEqual([]);
});

test("the link imports node:* and itself only", () => {
  const wrong = imports.filter(
    ({ file, path }) => file.startsWith("crds/link/") && !isTest(file) && !/^(crds\/link\/|node:)/.test(path),
  );
  expect(wrong.map(({ file, path }) => `${file} imports ${path}`)).toEqual([]);
});

test("only the listener's adapter and the log know which engine runs them", () => {
  const wrong = imports.filter(
    ({ file, path }) =>
      /^(operator|gateway|kernel|crds)\//.test(file) && !isTest(file) && /^bun(:|$)/.test(path),
  );
  expect(wrong.map(({ file, path }) => `${file} imports ${path}`)).toEqual([]);
});

test("time and chance are read at the edges only", () => {
  const edges =
    /^(kernel\/(clock|random)\/|runtime-image\/|cluster\/|images\/|start\/|test\/|examples\/)|main\.ts$/;
  const files = globSync("{crds,kernel,operator,gateway}/**/*.ts", { cwd: root });
  const wrong = files.filter(
    (file) =>
      !edges.test(file) &&
      !isTest(file) &&
      /(Date\.now\(\)|Math\.random\(\)|new Date\(\)|(?<!\.)set(Timeout|Interval)\()/.test(
        readFileSync(join(root, file), "utf8"),
      ),
  );
  expect(wrong).toEqual([]);
});
