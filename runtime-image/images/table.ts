/**
 * The images environments run, as data. A runtime's is its family's recipe with the arguments that the contract's table of
 * runtimes has for it, so that one more runtime of a family is one line there.
 */
import { availableRuntimes, type Runtime, type RuntimeFamily } from "../../crds/runtimes.ts";
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

/** The AWS SDKs that functions find without bringing them, as with Lambda. */
const nodejsSdk: Ingredient = { kind: "npm", folder: "runtime-image/images/nodejs-sdk", to: "sdk" };
const pythonSdk: Ingredient = {
  kind: "pip",
  requirements: "runtime-image/images/python/requirements.txt",
  to: "sdk",
};

type Parts = Pick<ImageRecipe, "args" | "context" | "top">;
type FamilyRecipe = (build: Record<string, string>) => Parts;

const families: Partial<Record<RuntimeFamily, FamilyRecipe>> = {
  nodejs: ({ NODE: node = "node" }) => ({
    context: [rootfs, nodejsSdk, { kind: "package", package: node, path: "bin/node", to: "node" }],
    top: [...supervisor, nodejsBootstrap],
  }),
  python: (args) => ({ args, context: [rootfs, pythonSdk, pythonBootstrap], top: supervisor }),
  java: (args) => ({
    args,
    context: [rootfs, { kind: "maven", pom: "runtime-image/bootstraps/java/pom.xml", to: "lib" }],
    top: [
      ...supervisor,
      { kind: "source", path: "runtime-image/bootstraps/java/bootstrap", to: "var/runtime/bootstrap" },
    ],
  }),
  ruby: (args) => ({
    args,
    context: [rootfs],
    top: [...supervisor, { kind: "source", path: "runtime-image/bootstraps/ruby", to: "var/runtime" }],
  }),
  provided: (args) => ({ args, context: [rootfs], top: supervisor }),
};

function runtimeImage({ name, family, image, build = {} }: Runtime): ImageRecipe {
  const recipe = families[family];
  if (recipe === undefined) throw new Error(`${name} has no recipe: the family ${family} is new here`);
  return { name: image, folder: `runtime-image/images/${family}`, ...recipe(build) };
}

export const runtimeImages: readonly ImageRecipe[] = [
  {
    name: "supervisor",
    folder: "runtime-image/images/supervisor",
    context: [
      { kind: "package", package: "bun", path: "bin/bun.exe", to: "bun" },
      { kind: "program", folder: "runtime-image/jail", to: "jail" },
    ],
    top: supervisor,
  },
  ...availableRuntimes.map(runtimeImage),
];
