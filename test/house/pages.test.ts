/** What the pages name is there: files and folders, links and their headings, commands and the words they take. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { words as testWords } from "../../start/suites.ts";
import { sections } from "../bench/results.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const glob = (pattern: string) =>
  globSync(pattern, { cwd: root, exclude: (name) => name.includes("node_modules") });

const pages = glob("{*,docs/**/*}.md").map((file) => ({ file, text: read(file) }));
const rooms = glob("*").filter((name) => name !== "node_modules");
const sources = glob(`{${rooms.join(",")}}/**/*.{ts,mjs,go,py,rb,lua,yaml,sh}`);
const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: object }).scripts);

/** `code` in a line; not the blocks, which show files and answers of other programs. */
const spansOf = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);

test("the pages were read", () => {
  expect(pages.length).toBeGreaterThan(20);
  expect(sources.length).toBeGreaterThan(500);
});

test("every link leads to a file that is there, and to a heading of it", () => {
  const wrong = pages.flatMap(({ file, text }) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
      if (/^https?:/.test(target)) return [];
      const [path = "", anchor] = target.split("#");
      const to = path === "" ? file : join(dirname(file), path);
      const isThere =
        existsSync(join(root, to)) && (anchor === undefined || headingsOf(read(to)).includes(anchor));
      return isThere ? [] : [`${file} links to ${target}`];
    }),
  );
  expect(wrong).toEqual([]);
});

/** As code hosts make anchors of headings. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test("no page counts the safeguards that the simulations leave out: whoever adds one would not think of it", () => {
  const counts = pages.filter(({ text }) => /\b\d+ (safeguards|mutants)\b/.test(text));
  expect(counts.map(({ file }) => file)).toEqual([]);
});

test("every file and folder that a page names is there", () => {
  const wrong = pages.flatMap(({ file, text }) =>
    spansOf(text)
      .filter((span) => /^[\w@][\w@.<>{},/*-]*$/.test(span) && !isThere(span))
      .map((span) => `${file} names ${span}`),
  );
  expect(wrong).toEqual([]);
});

/** Paths from a room on, with `<x>` for any name, and files by the end of their path; what looks like neither is no name of ours. */
function isThere(span: string): boolean {
  const pattern = span.replaceAll(/<[^>]+>/g, "*").replace(/\/$/, "");
  if (rooms.includes(pattern.split("/")[0] ?? "")) return glob(pattern).length > 0;
  if (!/\w\.(ts|md)$/.test(pattern)) return true;
  return glob(`{${rooms.join(",")}}/**/${pattern}`).length > 0 || pages.some(({ file }) => file === pattern);
}

test("every page and every file of ours that a comment names is there", () => {
  const wrong = sources.flatMap((file) =>
    read(file)
      .split("\n")
      .filter((line) => /^\s*(\/\*\*|\*|\/\/|#) /.test(line))
      .flatMap((line) => {
        const named = [...line.matchAll(/(?<![\w./:-])[\w./-]+\.md\b/g)].map(([page]) => page);
        const spans = spansOf(line).filter((span) => /^[\w./-]+\.ts$/.test(span));
        return [
          ...named.filter((page) => !existsSync(join(root, page))),
          ...spans.filter((one) => !isThere(one)),
        ];
      })
      .map((name) => `${file} names ${name}`),
  );
  expect(wrong).toEqual([]);
});

const wordsOf: Record<string, readonly string[]> = {
  test: ["help", ...testWords.map(({ name }) => name)],
  bench: [...sections, "path"],
};

test("every npm command that a page names is a script of ours, with words it takes", () => {
  const wrong = pages.flatMap(({ file, text }) =>
    [...text.matchAll(/\bnpm (run \w+|start|stop|test)\b(?: -- ([^`#\n;,)]*))?/g)].flatMap(
      ([command, verb = "", said = ""]) => {
        const script = verb.replace("run ", "");
        const known = wordsOf[script];
        // What stands behind an option is its value.
        const words = said
          .replaceAll(/--\w+(?: [\w.,/-]+)?/g, "")
          .split(/\s+/)
          .filter((word) => word !== "");
        const isKnown = (word: string) =>
          known === undefined ? existsSync(join(root, word)) : known.includes(word);
        return scripts.includes(script) && words.every(isKnown) ? [] : [`${file} says ${command}`];
      },
    ),
  );
  expect(wrong).toEqual([]);
});
