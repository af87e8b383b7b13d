/** Load that is not counted, until a function has the environments that such load makes: a start in the counted run would measure something else. */
import { type Load, load } from "./load.ts";
import { namespace, pods, type World } from "./world.ts";

const roundSeconds = 3;
const roundsMax = 20;

/** Ends when a round of load has brought no other environment, or when there are `enough`; answers how many there are. */
export async function warm(
  world: World,
  functionName: string,
  options: Omit<Load, "seconds">,
  enough = Number.POSITIVE_INFINITY,
): Promise<number> {
  let before = -1;
  for (let round = 0; round < roundsMax; round++) {
    await load({ ...options, seconds: roundSeconds });
    const found = await pods(world, namespace, `kambda.dev/function=${functionName}`);
    const serving = found.filter(({ isRunning }) => isRunning).length;
    if (serving >= enough || (serving === found.length && serving === before)) return serving;
    before = serving;
  }
  return before;
}
