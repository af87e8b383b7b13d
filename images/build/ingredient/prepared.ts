/** One ingredient of a recipe, ready to be put into a build context. */
import type { Report } from "../workspace.ts";

export interface PreparedIngredient {
  /** Equal digests mean equal files. */
  readonly digest: string;
  /** Puts the files at this absolute path; may take long (compile, download) the first time. */
  readonly place: (path: string, report: Report) => Promise<void>;
}
