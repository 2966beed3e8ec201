/** The attempts that an agent ended last. */
import { useEffect, useState } from 'react';
import type { OutputOf } from '../../../shared/contract.ts';
import type { Agent } from '../../../shared/domain/agent.ts';
import { isAttemptEnd } from '../../../shared/domain/attempt.ts';
import type { CallError } from '../../client/call.ts';
import { useApp } from '../../context.ts';

export interface LatestAttempts {
  /** Newest first; `null` until the first answer. */
  readonly ended: OutputOf<'agents.attempts'>['attempts'] | null;
  readonly error: CallError | null;
}

const MOST = 30;

/** Asked again whenever the agent takes one or gives one back. */
export function useLatestAttempts({ id, running }: Agent): LatestAttempts {
  const { session } = useApp();
  const [latest, setLatest] = useState<LatestAttempts>({ ended: null, error: null });
  useEffect(() => {
    let isCurrent = true;
    const ask = async (): Promise<void> => {
      const answer = await session.api.call('agents.attempts', { id, limit: MOST });
      if (!isCurrent) return;
      if (!answer.ok) return setLatest(({ ended }) => ({ ended, error: answer.error }));
      const ended = answer.value.attempts.filter(
        ({ attempt }) => isAttemptEnd(attempt.state) && !running.includes(attempt.id),
      );
      setLatest({ ended, error: null });
    };
    void ask();
    return () => {
      isCurrent = false;
    };
  }, [session, id, running]);
  return latest;
}
