/** Tasks to be made, in parts that one request takes each: by their number, and by their length when they hold long texts. Pure. */
import type { ImportedTask } from './payload.ts';

/** Half of what is taken, which leaves room for letters of several bytes. */
const MOST_CHARACTERS = 2 * 2 ** 20;

export function* batchesOf(
  tasks: readonly ImportedTask[],
  atOnce: number,
): Generator<readonly ImportedTask[]> {
  let from = 0;
  let characters = 0;
  for (const [at, task] of tasks.entries()) {
    const { length } = JSON.stringify(task);
    if (at > from && (at - from >= atOnce || characters + length > MOST_CHARACTERS)) {
      yield tasks.slice(from, at);
      from = at;
      characters = 0;
    }
    characters += length;
  }
  if (from < tasks.length) yield tasks.slice(from);
}
