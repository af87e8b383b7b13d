/** Something wrong with a Function, a Version or a layer, as its status says it. */
import type { StateReasonCode } from "../../crds/function/status.ts";

export interface Problem {
  reasonCode: StateReasonCode;
  message: string;
  /** It may mend without a change of the Function: looked at again soon. */
  passing: boolean;
}
