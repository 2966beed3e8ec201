/** Ends the agent of a keeper that was killed: there is one agent per folder, and a new keeper starts its own. */
import { pause } from '../clock.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Home } from '../host/home.ts';
import { holderOf } from '../lock.ts';

/** It heard that its keeper is gone, and leaves by itself; one that hangs is ended. */
const LEAVES_WITHIN_MS = 8_000;
const LOOK_EVERY_MS = 50;

/** Resolves when no agent works in the home's `state`; its attempts run on. */
export async function endAgentOf(home: Home, clock: Clock): Promise<void> {
  const until = clock.monotonic() + LEAVES_WITHIN_MS;
  for (;;) {
    const pid = await holderOf(home.state);
    if (pid === null) return;
    if (clock.monotonic() >= until) signal(pid, 'SIGKILL');
    await pause(clock, LOOK_EVERY_MS);
  }
}

/** Signals the process; `false` when it is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    // It ended meanwhile.
    return false;
  }
}
