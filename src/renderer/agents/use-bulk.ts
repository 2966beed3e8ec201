/** Doing something with many agents: a few calls at a time, with how far it is and what was refused. */
import { useState } from 'react';
import type { Agent } from '../../shared/domain/agent.ts';
import type { CallError } from '../client/call.ts';
import { useApp } from '../context.ts';
import type { Session } from '../session.ts';
import type { BulkAct } from './bulk.ts';

const AT_ONCE = 6;

export interface BulkProgress {
  readonly act: BulkAct;
  readonly done: number;
  readonly all: number;
  readonly failed: number;
  /** The first refusal. */
  readonly error: CallError | null;
}

export interface Bulk {
  readonly progress: BulkProgress | null;
  readonly isBusy: boolean;
  run(act: BulkAct, agents: readonly Agent[]): Promise<void>;
  clear(): void;
}

export function useBulk(): Bulk {
  const { session } = useApp();
  const [progress, setProgress] = useState<BulkProgress | null>(null);
  return {
    progress,
    isBusy: progress !== null && progress.done < progress.all,
    clear: () => setProgress(null),
    async run(act, agents) {
      // A rollout takes them in turn by itself, and stops at the first that fails.
      const jobs =
        act === 'update'
          ? [() => session.api.call('rollouts.start', { agents: agents.map(({ id }) => id) })]
          : agents.map((agent) => () => callFor(session, act, agent));
      setProgress({ act, done: 0, all: jobs.length, failed: 0, error: null });
      const waiting = jobs.values();
      const worker = async (): Promise<void> => {
        for (const job of waiting) {
          const answer = await job();
          const error = answer.ok ? null : answer.error;
          setProgress(
            (now) =>
              now && {
                ...now,
                done: now.done + 1,
                failed: now.failed + (error ? 1 : 0),
                error: now.error ?? error,
              },
          );
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    },
  };
}

async function callFor(
  { api }: Session,
  act: Exclude<BulkAct, 'update'>,
  { id }: Agent,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly error: CallError }> {
  switch (act) {
    case 'drain':
      return await api.call('agents.drain', { id });
    case 'resume':
      return await api.call('agents.resume', { id });
    case 'remove':
      return await api.call('agents.delete', { id });
  }
}
