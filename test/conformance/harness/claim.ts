/** `test` with the time that real processes on a busy machine may need; Bun's own default would do for an idle one. */
import { test } from "bun:test";

const testMsMax = 60_000;

export const claim = (title: string, check: () => Promise<void>): void => test(title, check, testMsMax);
