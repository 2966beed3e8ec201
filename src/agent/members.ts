/**
 * Which of the machine's processes belong to an attempt. Pure: it is given the list of processes, and what earlier looks
 * left behind as traces, which it keeps up.
 *
 * A process belongs when it was seen to belong before, or is one of the seeds (it carries the mark, say), or is in a
 * group or session whose leader belongs or belonged, or when its parent belongs. We and our ancestors never do, and what
 * we start ourselves does so only by one of these; a group or session that we are in ourselves says nothing.
 */
import { ownLine, type ProcessInfo } from './processes.ts';

/** What is remembered of an attempt's processes between two looks. */
export interface Traces {
  /** Processes that belong: number to start time. */
  readonly seen: Map<number, number>;
  /** Numbers of leaders of groups or sessions that belong; they may be dead. */
  readonly leaders: Map<number, Leader>;
  /** Paths of terminals that were the attempt's. */
  readonly terminals: Set<string>;
}

interface Leader {
  /** The newest start of any process then: what has the number and is newer is another process. */
  readonly noted: number;
  /** Looks in a row that found nobody it leads. */
  readonly idle: number;
}

/** How many idle looks forget a leader: one look can miss a child that is being born. */
const FORGET_AFTER = 3;

export function createTraces(): Traces {
  return { seen: new Map(), leaders: new Map(), terminals: new Set() };
}

/** Says that `pids` and the groups that they lead belong, from now on. */
export function noteRoots(
  traces: Traces,
  pids: readonly number[],
  all: readonly ProcessInfo[],
): void {
  const noted = newest(all);
  for (const pid of pids) traces.leaders.set(pid, { noted, idle: 0 });
  const roots = new Set(pids);
  for (const { pid, started } of all) if (roots.has(pid)) traces.seen.set(pid, started);
}

/** The start time of the youngest process. */
export function newest(all: readonly ProcessInfo[]): number {
  return all.reduce((latest, { started }) => Math.max(latest, started), 0);
}

/** Those of `all` that belong, parents before their children. @param traces is brought up to date */
export function membersOf(
  all: readonly ProcessInfo[],
  traces: Traces,
  isSeed: (info: ProcessInfo) => boolean,
): ProcessInfo[] {
  const ours = ownLine(all);
  const noted = newest(all);
  forgetReused(all, traces);
  const ourGroups = new Set(
    all.filter(({ pid }) => ours.has(pid)).flatMap(({ group, session }) => [group, session]),
  );
  for (const group of ourGroups) traces.leaders.delete(group);
  const mine = new Map<number, ProcessInfo>();
  let rest = all.filter(({ pid }) => !ours.has(pid));
  for (let grew = true; grew;) {
    const before = mine.size;
    const others: ProcessInfo[] = [];
    for (const info of rest) {
      const belongs =
        traces.seen.get(info.pid) === info.started ||
        traces.leaders.has(info.group) ||
        traces.leaders.has(info.session) ||
        mine.has(info.parent) ||
        isSeed(info);
      if (!belongs) {
        others.push(info);
        continue;
      }
      mine.set(info.pid, info);
      if ((info.pid === info.group || info.pid === info.session) && !ourGroups.has(info.pid))
        traces.leaders.set(info.pid, { noted, idle: 0 });
    }
    rest = others;
    grew = mine.size > before;
  }
  remember(traces, mine, rest, noted);
  return topDown(mine);
}

/** A number that somebody else has by now says nothing any more. */
function forgetReused(all: readonly ProcessInfo[], { leaders }: Traces): void {
  for (const { pid, started } of all)
    if (started > (leaders.get(pid)?.noted ?? Infinity)) leaders.delete(pid);
}

function remember(
  { seen, leaders, terminals }: Traces,
  mine: ReadonlyMap<number, ProcessInfo>,
  others: readonly ProcessInfo[],
  youngest: number,
): void {
  // Two looks may overlap: what is as young as this list may be missing in it only for that.
  for (const [pid, started] of seen) if (started < youngest && !mine.has(pid)) seen.delete(pid);
  const busy = new Set<number>();
  for (const { pid, started, group, session, terminal } of mine.values()) {
    seen.set(pid, started);
    busy.add(group).add(session);
    // The terminal is the attempt's when its session is; else it may be the one that our own agent was started from.
    if (terminal !== '' && leaders.has(session)) terminals.add(terminal);
  }
  // Given to somebody else by now: nobody of another session can have the attempt's.
  for (const { terminal } of others) terminals.delete(terminal);
  for (const [pid, { noted, idle }] of leaders) {
    if (busy.has(pid)) leaders.set(pid, { noted, idle: 0 });
    else if (idle + 1 < FORGET_AFTER) leaders.set(pid, { noted, idle: idle + 1 });
    else leaders.delete(pid);
  }
}

function topDown(mine: ReadonlyMap<number, ProcessInfo>): ProcessInfo[] {
  const depths = new Map<number, number>();
  const depthOf = (pid: number): number => {
    const known = depths.get(pid);
    if (known !== undefined) return known;
    // Set first: a list that is read while it changes can hold a circle.
    depths.set(pid, 0);
    const parent = mine.get(pid)?.parent;
    const depth = parent !== undefined && mine.has(parent) ? depthOf(parent) + 1 : 0;
    depths.set(pid, depth);
    return depth;
  };
  return [...mine.values()].toSorted((a, b) => depthOf(a.pid) - depthOf(b.pid));
}
