/** How the workshop grows: what a decision costs by agents and tasks, and how much more gets done with more agents. */
import type { Print } from './measure.ts';
import { benchPlacement } from './scale-placement.ts';
import { benchThroughput } from './scale-throughput.ts';

export async function benchScale(print: Print): Promise<void> {
  await benchPlacement(print);
  await benchThroughput(print);
}
