/** The browser's clock behind the shared interface, for what waits: reconnecting, batching. */
import type { Clock } from '../../shared/clock.ts';

export const browserClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** How long a hidden window, which draws no frames, may let changes lie. */
const HIDDEN_MS = 250;

/** Runs once with the next frame that is drawn, or soon when the window is hidden and draws none. */
export function nextFrame(run: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(run, HIDDEN_MS);
    return () => clearTimeout(timer);
  }
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    cancel();
    run();
  };
  const frame = requestAnimationFrame(once);
  // The window may be hidden between now and the frame.
  const timer = setTimeout(once, HIDDEN_MS);
  const cancel = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  return cancel;
}
