/**
 * What an image is made of, as data. A recipe names a Dockerfile and what its build context holds; the
 * base and the images of ours it stands on are read from the Dockerfile's own ARG lines, so that no fact is said twice.
 */
export interface ImageRecipe {
  /** Short name: the image is `kambda/<name>:<version of package.json>`. */
  readonly name: string;
  /** Folder of the Dockerfile, relative to the checkout; the files beside it are in the build context too. */
  readonly folder: string;
  /** Build arguments that differ from the defaults in the Dockerfile; BASE among them where a runtime needs a newer Debian. */
  readonly args?: Readonly<Record<string, string>>;
  /** What the Dockerfile copies; a change of it has the image builder at work, for seconds to minutes. */
  readonly context: readonly Ingredient[];
  /**
   * What changes daily: `to` is the path in the image itself. It lies in the folder `top` of the build context, and the
   * Dockerfile's last COPY is `COPY top /`. Our builder builds with that folder empty and puts the layer on by itself.
   */
  readonly top?: readonly Ingredient[];
}

/** One thing put at `to`: a path in the build context, or in the image for the `top`. */
export type Ingredient =
  /** A file or folder of the checkout; of a folder, without unit tests. */
  | { readonly kind: "source"; readonly path: string; readonly to: string }
  /** A file of an installed npm package, pinned by the lockfile. */
  | { readonly kind: "package"; readonly package: string; readonly path: string; readonly to: string }
  /** A TypeScript program bundled into one file for Bun. */
  | { readonly kind: "bundle"; readonly entry: string; readonly to: string }
  /** The production dependencies of package.json, as the lockfile pins them. */
  | { readonly kind: "dependencies"; readonly to: string }
  /** A Go program compiled from a module: static, stripped. */
  | { readonly kind: "go"; readonly module: string; readonly version: string; readonly to: string }
  /** The jars that a pom.xml of the checkout depends on. */
  | { readonly kind: "maven"; readonly pom: string; readonly to: string }
  /** The packages that a requirements.txt of the checkout pins. */
  | { readonly kind: "pip"; readonly requirements: string; readonly to: string }
  /** The packages that the package-lock.json of a folder of the checkout pins. */
  | { readonly kind: "npm"; readonly folder: string; readonly to: string }
  /** A Go program of the checkout, compiled: static, stripped. */
  | { readonly kind: "program"; readonly folder: string; readonly to: string }
  /** The certificates this machine trusts, for a stage that fetches packages; never for an image itself. */
  | { readonly kind: "trust"; readonly to: string };
