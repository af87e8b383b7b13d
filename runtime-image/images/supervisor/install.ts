/**
 * Copies /kambda into the folder named by the first argument: the init container of functions that bring their
 * own image runs this, because such an image has no supervisor and may have no shell or `cp` either.
 */
import { cpSync } from "node:fs";
import { isAbsolute } from "node:path";

const target = process.argv[2];
if (target === undefined || !isAbsolute(target)) {
  console.error("usage: install.js TARGET, the absolute path of the volume that is to hold /kambda");
  process.exit(2);
}
cpSync("/kambda", target, { recursive: true });
