/** All that a plan may ask to be done about a Function. */

import type { FunctionStatus } from "../../crds/function/status.ts";
import type { CodeSource } from "../code/source.ts";
import type { StatusAction } from "../plan.ts";
import type { Publication } from "../version/publication.ts";
import type { LastVersion } from "../version/record.ts";
import type { DesiredRevision } from "./revision.ts";

export type Action =
  | { action: "addFinalizer" }
  | { action: "acquireCode"; source: CodeSource }
  | { action: "writeRevision"; desired: DesiredRevision }
  | StatusAction<FunctionStatus>
  | { action: "recordLast"; last: LastVersion }
  | { action: "publishRevision"; desired: DesiredRevision; publication: Publication }
  | { action: "createVersion"; name: string; revision: string }
  | { action: "removeAlias"; name: string; uid: string }
  | { action: "removeVersion"; name: string; uid: string }
  | { action: "removeRevision"; name: string; uid: string }
  | { action: "removeFinalizer" };
