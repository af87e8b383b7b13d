/** Load that is not counted, until a function has the environments that such load makes: a start in the counted run would measure something else. */
import { type Load, load } from "./load.ts";
import { namespace, pods, type World } from "./world.ts";

const roundSeconds = 3;
const roundsMax = 20;
/** Rounds that bring none: one may have been too short for a start. */
const roundsWithoutMax = 2;

/** Ends when two rounds of load have brought no other environment, or when there are `enough`; answers how many there are. */
export async function warm(
  world: World,
  functionName: string,
  options: Omit<Load, "seconds">,
  enough = Number.POSITIVE_INFINITY,
): Promise<number> {
  let before = 0;
  let without = 0;
  for (let round = 0; round < roundsMax && without < roundsWithoutMax; round++) {
    await load({ ...options, seconds: roundSeconds });
    const found = await pods(world, namespace, `kambda.dev/function=${functionName}`);
    const serving = found.filter(({ isRunning }) => isRunning).length;
    if (serving >= enough) return serving;
    without = serving > 0 && serving === found.length && serving === before ? without + 1 : 0;
    before = serving;
  }
  return before;
}
