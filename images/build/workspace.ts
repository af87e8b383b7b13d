/** Where the builder works: the checkout, its cache, the machine's environment, and who hears of progress. */
export interface Workspace {
  /** The checkout. */
  readonly root: string;
  /** The cache folder of the builder; see `imageCache`. */
  readonly cache: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The version in package.json, which images are tagged with. */
  readonly version: string;
}

/** Hears one line of progress, such as `runtime-nodejs24.x: step 4/9 COPY node /var/lang/bin/node`. */
export type Report = (line: string) => void;
