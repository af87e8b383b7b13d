/** Finds in a builder's output the lines that say which step it is at. Pure. */

/** `STEP 3/9: COPY a /a` of buildah and podman; `#7 [stage-1 3/9] COPY a /a` of docker's plain progress. */
const forms = [/^(?:\[\d\/\d\] )?STEP (\d+\/\d+): (.+)$/, /^#\d+ \[(?:[^\]]* )?(\d+\/\d+)\] (.+)$/];

/** A command line in a Dockerfile can be a paragraph; a line of progress should fit a terminal. */
const commandCharactersMax = 90;

export function buildStep(line: string): string | undefined {
  for (const form of forms) {
    const [, step, command] = form.exec(line) ?? [];
    if (step !== undefined && command !== undefined) return `step ${step} ${shortened(command)}`;
  }
  return undefined;
}

function shortened(command: string): string {
  const oneLine = command.replace(/\s+/g, " ");
  return oneLine.length <= commandCharactersMax ? oneLine : `${oneLine.slice(0, commandCharactersMax - 1)}…`;
}
