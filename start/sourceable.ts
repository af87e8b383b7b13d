/** The file that `npm start` leaves for shells to source, and how programs read it: `export NAME='value'` lines. */
import { delimiter } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** `toolsPath` comes before what the shell's own PATH is when it sources `file`. */
export function sourceable(file: string, env: Readonly<Record<string, string>>, toolsPath: string): string {
  const lines = Object.entries(env).map(([name, value]) =>
    name === "PATH"
      ? `export PATH=${quoted(toolsPath)}${delimiter}"$PATH"`
      : `export ${name}=${quoted(value)}`,
  );
  return `# Written by npm start; use it with: source ${file}\n${lines.join("\n")}\n`;
}

/** What a shell with this environment has of it once it sourced the text. */
export function readSourced(text: string, env: Environment): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const [, name, words] = /^export ([A-Z_]+)=(.*)$/.exec(line) ?? [];
    if (name === undefined || words === undefined) continue;
    values[name] = words.replace(/'([^']*)'|"\$([A-Z_]+)"|\\(.)/g, (_, plain, variable, escaped) => {
      return variable === undefined ? (plain ?? escaped) : (env[variable] ?? "");
    });
  }
  return values;
}

/** Nothing means anything to the shell between single quotes; a quote itself stands outside of them. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
