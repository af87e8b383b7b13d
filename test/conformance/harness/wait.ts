/** Waits on a condition, with a bound; never for a time. */

const pollMs = 5;

export async function waitFor<T>(
  what: string,
  look: () => T | undefined | false,
  msMax = 15_000,
): Promise<T> {
  const endMs = Date.now() + msMax;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > endMs) throw new Error(`waited ${msMax} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
