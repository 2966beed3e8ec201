/** What the window knows of consoles, as the coordinator sends them whole. Closed ones stay for what is still shown of them. Pure. */
import type { Console, ConsoleId } from '../../shared/console.ts';
import type { AttemptId } from '../../shared/ids.ts';

export interface HeldConsole {
  readonly console: Console;
  /** This window has the pen. */
  readonly isMine: boolean;
}

export type ConsoleMap = ReadonlyMap<ConsoleId, HeldConsole>;

export const NO_CONSOLES: ConsoleMap = new Map();

/** Closed ones that are remembered. */
const MOST_CLOSED = 20;

export function withConsole(before: ConsoleMap, console: Console, you: string): ConsoleMap {
  const after = new Map(before);
  after.set(console.id, { console, isMine: console.writer?.clientId === you });
  const closed = [...after.values()].filter((held) => held.console.state === 'closed');
  for (const { console: old } of closed.slice(0, -MOST_CLOSED)) after.delete(old.id);
  return after;
}

/** Those that the coordinator does not list any more were closed while it was not heard. */
export function withoutUnlisted(
  before: ConsoleMap,
  listed: readonly Pick<Console, 'id'>[],
): ConsoleMap {
  const open = new Set(listed.map(({ id }) => id));
  const after = new Map(before);
  for (const [id, { console }] of before) {
    if (open.has(id) || console.state === 'closed') continue;
    after.set(id, { console: { ...console, state: 'closed', writer: null }, isMine: false });
  }
  return after;
}

/** The console of an attempt that is not closed. */
export function consoleOf(consoles: ConsoleMap, attemptId: AttemptId | null): HeldConsole | null {
  if (attemptId === null) return null;
  for (const held of consoles.values())
    if (held.console.attemptId === attemptId && held.console.state !== 'closed') return held;
  return null;
}
