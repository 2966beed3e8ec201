/** When issues that tasks wait for are asked about: those that were told of at once, those of repositories that nobody polls each interval. */
import type { Origin } from '../../../../../shared/domain/origin.ts';
import { createWorker } from '../pulls/worker.ts';
import { checkBlockers } from './blockers.ts';
import { pauseAfter, type SyncDeps } from './deps.ts';
import { issueKeyOf, repoOfIssue } from './keys.ts';

export interface BlockerLooks {
  /** These were told of, and whatever is not polled else. */
  wake(keys: readonly string[]): void;
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface BlockerLookDeps extends Pick<
  SyncDeps,
  'journal' | 'accounts' | 'settings' | 'clock' | 'log'
> {
  readonly isWatched: (repo: string) => boolean;
}

const GAP_MS = 1_000;
const AGAIN_MS = 60_000;
const ALL = 1_000_000;
const ONE = 'blockers';

export function createBlockerLooks(deps: BlockerLookDeps): BlockerLooks {
  const { journal, accounts, settings, clock, log } = deps;
  const told = new Set<string>();

  async function look(): Promise<number | null> {
    const waiting = journal.inState('blocked', ALL).filter(({ blockers }) => blockers.length > 0);
    const asked = new Map<string, Origin>();
    let isForeign = false;
    for (const origin of waiting.flatMap(({ blockers }) => blockers)) {
      const key = issueKeyOf(origin.url);
      if (key === null || !accounts.isSignedIn(key.split('/', 1)[0] ?? '')) continue;
      const isPolled = deps.isWatched(repoOfIssue(key));
      isForeign ||= !isPolled;
      if (!isPolled || told.has(key)) asked.set(key, origin);
    }
    const before = [...told];
    told.clear();
    if (asked.size === 0) return null;
    const ids = waiting.map(({ id }) => id);
    const done = await checkBlockers([...asked.values()], ids, { journal, accounts });
    const interval = settings().pollSeconds * 1_000;
    if (done.ok) return isForeign ? interval : null;
    for (const key of before) told.add(key);
    const pause = pauseAfter(done.error, clock.now());
    return pause === null ? null : Math.max(interval, pause);
  }

  const worker = createWorker<string>({
    ...{ clock, run: look, gapMs: GAP_MS, atOnce: 1, againMs: AGAIN_MS },
    onError: (err) => log.error({ err }, 'it could not be asked what tasks wait for'),
  });
  return {
    wake(keys) {
      for (const key of keys) told.add(key);
      worker.wake(ONE);
    },
    idle: () => worker.idle(),
    close: () => worker.close(),
  };
}
