/**
 * fast-check as every test of ours uses it: properties draw the same worlds each time, so that a change is judged by the change.
 * `npm run prove` draws others, more of them, from a seed that it says: KAMBDA_FC_SEED and KAMBDA_FC_RUNS, which replay a failure too.
 */
import fc from "fast-check";

const seed = Number(process.env.KAMBDA_FC_SEED ?? 1);
const { KAMBDA_FC_RUNS: runs } = process.env;
/** However many are asked for, a property is done before its test's time is over. */
const propertyMsMax = 20_000;

fc.configureGlobal({
  seed,
  ...(runs === undefined ? {} : { numRuns: Number(runs), interruptAfterTimeLimit: propertyMsMax }),
});

export { default as fc } from "fast-check";
