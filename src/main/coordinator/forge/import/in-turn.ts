/** A few at a time: what is imported by the thousand must not start a thousand processes. */

const AT_ONCE = 8;

/** Runs `work` for each, at most eight at a time; answers in the order of `all`. */
export async function inTurn<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  const queue = all.entries();
  const worker = async (): Promise<void> => {
    for (const [index, one] of queue) results.set(index, await work(one));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker));
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
