/** A wait that a signal cuts short. */
import type { Clock } from '../../../../../shared/clock.ts';

/** Resolves after `ms`, or as soon as the signal is aborted. */
export async function pause(
  ms: number,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal?.addEventListener('abort', end);
  });
}
