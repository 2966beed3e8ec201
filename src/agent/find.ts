/** Finds what belongs to an attempt, again and again, by everything that is known of it. */
import type { Clock } from '../shared/clock.ts';
import type { Cgroup } from './cgroup.ts';
import { markVariables, type Mark } from './environment.ts';
import { createTraces, membersOf, noteRoots, type Traces } from './members.ts';
import { listProcesses, type ProcessInfo } from './processes.ts';
import { findStrays } from './strays.ts';
import type { Tracker } from './tracker.ts';

/** Of one attempt, or of a whole agent folder (`attemptId` left out). */
export type TreeMark = Pick<Mark, 'dir'> & Partial<Mark>;

export interface TreeOptions {
  readonly clock: Clock;
  /** Leaders of process groups that are known to belong to it. */
  readonly groups?: readonly number[];
  /** What followed its processes while it ran. */
  readonly tracker?: Pick<Tracker, 'traces' | 'since'>;
  readonly cgroup?: Cgroup | null;
  /** Absolute path of the task's folder: daemons that stand in it belong to it (`strays.ts` says which). */
  readonly tree?: string;
  /** Start time (`ProcessKey.started`) before which nothing is its; by default the tracker's. */
  readonly since?: number;
}

export interface Finder {
  readonly traces: Traces;
  /** What lives of it now, parents before children. */
  find(): Promise<ProcessInfo[]>;
}

export function createFinder(mark: TreeMark, options: TreeOptions): Finder {
  const { groups = [], tracker, cgroup, tree } = options;
  const traces = tracker?.traces ?? createTraces();
  const since = options.since ?? tracker?.since() ?? 0;
  const carries = markMatcher(mark);
  let roots = groups;
  return {
    traces,
    async find() {
      const grouped = new Set(await cgroup?.processes());
      const all = await listProcesses();
      noteRoots(traces, roots, all);
      roots = [];
      const isSeed = (info: ProcessInfo): boolean => grouped.has(info.pid) || carries(info);
      const found = membersOf(all, traces, isSeed);
      const mine = new Set(found.map(({ pid }) => pid));
      const { terminals } = traces;
      const strays = new Set(findStrays(all, mine, { tree, since, terminals }));
      return strays.size === 0
        ? found
        : membersOf(all, traces, (info) => mine.has(info.pid) || strays.has(info));
    },
  };
}

function markMatcher({ attemptId, dir }: TreeMark): (info: ProcessInfo) => boolean {
  const { KOUBOU_ATTEMPT, KOUBOU_DIR = '' } = markVariables({ attemptId: attemptId ?? '', dir });
  // /proc was read as latin1, so the path is compared as the bytes it has there.
  const folder = `\0KOUBOU_DIR=${Buffer.from(KOUBOU_DIR).toString('latin1')}\0`;
  const attempt = attemptId === undefined ? '' : `\0KOUBOU_ATTEMPT=${KOUBOU_ATTEMPT}\0`;
  return ({ environment }) => {
    if (environment === '') return false;
    const padded = `\0${environment}\0`;
    return padded.includes(folder) && padded.includes(attempt);
  };
}
