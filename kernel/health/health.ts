/** Whether the process can do its work: named checks, asked when a probe comes. */

/** Undefined when well, else what is wrong. */
export type Check = () => string | undefined;

export interface Health {
  add(name: string, check: Check): void;
  /** `name: what is wrong` for each check that fails; empty when ready. */
  problems(): string[];
}

export function createHealth(): Health {
  const checks = new Map<string, Check>();
  return {
    add: (name, check) => void checks.set(name, check),
    problems: () =>
      [...checks].flatMap(([name, check]) => {
        const problem = check();
        return problem === undefined ? [] : [`${name}: ${problem}`];
      }),
  };
}
