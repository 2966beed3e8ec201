/** Waiting, as the laboratory does it: it works on the real clock, because what it watches does. */

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Looks again and again until `is` answers true. @returns false when it did not within `ms` */
export async function until(
  is: () => boolean | Promise<boolean>,
  ms: number,
  everyMs = 100,
): Promise<boolean> {
  const end = performance.now() + ms;
  for (;;) {
    if (await is()) return true;
    if (performance.now() > end) return false;
    await pause(everyMs);
  }
}
