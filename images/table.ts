/** Every image of Kambda, as data: the product's own here, a runtime's in `runtime-image/images/table.ts`. */
import { runtimeImages } from "../runtime-image/images/table.ts";
import type { ImageRecipe } from "./build/recipe.ts";

const productImages: readonly ImageRecipe[] = [
  {
    name: "kambda",
    folder: "images/kambda",
    context: [
      { kind: "package", package: "bun", path: "bin/bun.exe", to: "bun" },
      { kind: "dependencies", to: "node_modules" },
      { kind: "source", path: "runtime-image/images/shared/rootfs.sh", to: "rootfs.sh" },
    ],
    top: [
      { kind: "source", path: "package.json", to: "app/package.json" },
      { kind: "source", path: "tsconfig.json", to: "app/tsconfig.json" },
      { kind: "source", path: "crds", to: "app/crds" },
      { kind: "source", path: "kernel", to: "app/kernel" },
      { kind: "source", path: "operator", to: "app/operator" },
      { kind: "source", path: "gateway", to: "app/gateway" },
    ],
  },
  {
    name: "nats",
    folder: "images/nats",
    context: [
      { kind: "go", module: "github.com/nats-io/nats-server/v2", version: "v2.15.2", to: "nats-server" },
    ],
  },
];

export const images: readonly ImageRecipe[] = [...productImages, ...runtimeImages];

/** The names of the images an installation needs where functions use these runtimes only. */
export function imagesFor(runtimeNames: readonly string[]): string[] {
  const wanted = new Set(runtimeNames.map((name) => `runtime-${name}`));
  return images.map(({ name }) => name).filter((name) => !name.startsWith("runtime-") || wanted.has(name));
}
