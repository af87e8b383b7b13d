/**
 * The images environments run, as data. A new runtime is one entry here, one Dockerfile (or one it shares
 * with its family) and one entry in the contract's table of runtimes.
 */
import type { ImageRecipe, Ingredient } from "../../images/build/recipe.ts";

const rootfs: Ingredient = { kind: "source", path: "runtime-image/images/shared/rootfs.sh", to: "rootfs.sh" };

/** The part of every image that changes with a line of the supervisor. */
const supervisor: readonly Ingredient[] = [
  { kind: "bundle", entry: "runtime-image/supervisor/main.ts", to: "kambda/supervisor/main.js" },
  {
    kind: "source",
    path: "runtime-image/images/supervisor/bunfig.toml",
    to: "kambda/supervisor/bunfig.toml",
  },
];

const nodejsBootstrap: Ingredient = {
  kind: "source",
  path: "runtime-image/bootstraps/nodejs",
  to: "var/runtime",
};
/** Not on top: the Dockerfile compiles it, since a read-only root would have it compiled at every start. */
const pythonBootstrap: Ingredient = {
  kind: "source",
  path: "runtime-image/bootstraps/python",
  to: "bootstrap",
};

export const runtimeImages: readonly ImageRecipe[] = [
  {
    name: "supervisor",
    folder: "runtime-image/images/supervisor",
    context: [{ kind: "package", package: "bun", path: "bin/bun.exe", to: "bun" }],
    top: supervisor,
  },
  {
    name: "runtime-nodejs22.x",
    folder: "runtime-image/images/nodejs",
    context: [rootfs, { kind: "package", package: "node22", path: "bin/node", to: "node" }],
    top: [...supervisor, nodejsBootstrap],
  },
  {
    name: "runtime-nodejs24.x",
    folder: "runtime-image/images/nodejs",
    context: [rootfs, { kind: "package", package: "node", path: "bin/node", to: "node" }],
    top: [...supervisor, nodejsBootstrap],
  },
  {
    name: "runtime-python3.11",
    folder: "runtime-image/images/python",
    args: { BASE: "debian:bookworm-slim", PYTHON: "3.11" },
    context: [rootfs, pythonBootstrap],
    top: supervisor,
  },
  {
    name: "runtime-python3.13",
    folder: "runtime-image/images/python",
    args: { BASE: "debian:trixie-slim", PYTHON: "3.13" },
    context: [rootfs, pythonBootstrap],
    top: supervisor,
  },
  {
    name: "runtime-provided.al2023",
    folder: "runtime-image/images/provided",
    context: [rootfs],
    top: supervisor,
  },
];
