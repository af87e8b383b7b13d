/** The words of `npm test -- WORD …`, and what each runs. */
import type { Suite } from "./suite.ts";

interface Word {
  name: string;
  /** What it shows, for who asks which words there are. */
  what: string;
}

/** Kinds of tests that run under Bun, in the order they are worth running: the cheapest evidence first. */
export const gate: readonly (Suite & Word)[] = [
  {
    name: "conformance",
    what: "a real supervisor, real runtimes and official runtime clients; no cluster",
    folders: ["test/conformance"],
    ignore: ["**/conformance/images/**"],
    cluster: false,
    // Each environment has folders, ports and processes of its own; files wait for deadlines half their time.
    parallel: 4,
  },
  {
    name: "integration",
    what: "parts of operator and gateway against a real API server and a real NATS",
    folders: ["test/integration"],
    ignore: [],
    cluster: true,
    // Only one file puts the installed operator to rest, and none of the others needs it.
    parallel: 4,
  },
  {
    name: "e2e",
    what: "the chart on a cluster, asked with curl, kubectl, helm and the SDKs",
    folders: ["test/e2e"],
    ignore: ["**/alone/**"],
    cluster: true,
    // Files wait for pods most of the time, each in a namespace of its own; the chart's life is on a cluster of its own.
    parallel: 2,
  },
  {
    name: "alone",
    what: "what takes parts of the installation down, one file at a time",
    folders: ["test/e2e/alone"],
    ignore: [],
    cluster: true,
    // Nothing else may run beside them.
    parallel: 1,
  },
];

/** Tables of behaviours in images of their own, which take minutes to build: not for every change. */
export const imageSuite: Suite & Word = {
  name: "images",
  what: "every runtime, and others' images, as images; minutes to build, so in npm run prove and not in npm test",
  folders: ["test/conformance/images"],
  ignore: [],
  cluster: false,
  parallel: 1,
};

/** All words, in the order in which they run however they are named. */
export const words: readonly Word[] = [
  { name: "check", what: "as npm run check: format, lint, types, unused code, generated files, and unit" },
  { name: "unit", what: "unit and simulation tests, beside the code and in test/house and test/sim" },
  ...gate,
  imageSuite,
];

/** A line a word, for who asks and for who was wrong. */
export function usage(): string {
  const width = Math.max(...words.map(({ name }) => name.length));
  const lines = words.map(({ name, what }) => `  ${name.padEnd(width)}  ${what}`);
  return [
    "npm test              all that every change passes: check and all below but images",
    "npm test -- WORD …    a part of it:",
    ...lines,
  ].join("\n");
}
