/**
 * The commands of a document, run as a reader would type them. A fenced `sh` block is tested when the line before it is
 * `<!-- tested -->`. Each command is one line (longer ones end lines with `\`, or hold a here-document); what it must print
 * stands behind `# → `, on its line or on lines of their own below it, with `…` for anything.
 */

export interface Step {
  command: string;
  /** Each must stand in the output, in this order. */
  expected: string[];
  /** In the document, counted from 1. */
  line: number;
}

const block = /<!-- tested -->\n+```sh\n([\s\S]*?)```/g;
const arrow = "# → ";

export function testedSteps(document: string): Step[] {
  return [...document.matchAll(block)].flatMap((match) => {
    const source = match[1] ?? "";
    const before = document.slice(0, match.index + match[0].indexOf(source)).split("\n").length;
    return steps(source.split("\n"), before);
  });
}

function steps(lines: string[], firstLine: number): Step[] {
  const found: Step[] = [];
  let open: { text: string[]; line: number; until: string | undefined } | undefined;
  const close = (line: string, number: number) => {
    const [command = "", expected] = split(line);
    const text = [...(open?.text ?? []), command].join("\n");
    found.push({
      command: text,
      expected: expected === undefined ? [] : [expected],
      line: open?.line ?? number,
    });
    open = undefined;
  };
  for (const [index, line] of lines.entries()) {
    const number = firstLine + index;
    if (open?.until !== undefined) {
      if (line === open.until) close(line, number);
      else open.text.push(line);
    } else if (line.trim() === "" || (line.startsWith("#") && !line.startsWith(arrow))) {
    } else if (line.startsWith(arrow)) {
      found.at(-1)?.expected.push(line.slice(arrow.length).trim());
    } else if (line.endsWith("\\") || hereDocument(line) !== undefined) {
      open = { text: [...(open?.text ?? []), line], line: open?.line ?? number, until: hereDocument(line) };
    } else {
      close(line, number);
    }
  }
  return found;
}

/** The word that ends the here-document which this line begins. */
function hereDocument(line: string): string | undefined {
  return /<<'?(\w+)'?/.exec(line)?.[1];
}

function split(line: string): [string, string | undefined] {
  const at = line.indexOf(arrow);
  return at < 0 ? [line, undefined] : [line.slice(0, at).trimEnd(), line.slice(at + arrow.length).trim()];
}

/** Undefined when the output holds everything expected, in order; else what is missing. */
export function missing(output: string, expected: string[]): string | undefined {
  let from = 0;
  for (const one of expected) {
    const pattern = new RegExp(one.split("…").map(patternOf).join("[\\s\\S]*?"), "g");
    pattern.lastIndex = from;
    const match = pattern.exec(output);
    if (match === null) return one;
    from = match.index + match[0].length;
  }
  return undefined;
}

/** Runs of blanks stand for each other: kubectl pads its columns. */
function patternOf(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
}
