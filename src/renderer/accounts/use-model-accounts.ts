/** The accounts at model providers as they stand: asked for again once in a while, and after each change. */
import { useCallback, useEffect, useState } from 'react';
import type { AccountInfo } from '../../shared/contract-accounts.ts';
import type { CallError } from '../client/call.ts';
import { browserClock } from '../client/clock.ts';
import { useApp, useUi } from '../context.ts';
import { selectLink } from '../store/selectors.ts';

export interface ModelAccounts {
  /** `null`: not known yet. */
  readonly accounts: readonly AccountInfo[] | null;
  readonly error: CallError | null;
  reload(): Promise<void>;
}

const ASK_AGAIN_MS = 5_000;

export function useModelAccounts(): ModelAccounts {
  const { session } = useApp();
  const link = useUi(selectLink);
  const [accounts, setAccounts] = useState<ModelAccounts['accounts']>(null);
  const [error, setError] = useState<CallError | null>(null);

  const reload = useCallback(async (): Promise<void> => {
    const answer = await session.api.call('accounts.list', {});
    if (answer.ok) setAccounts(answer.value.accounts);
    setError(answer.ok ? null : answer.error);
  }, [session]);

  useEffect(() => {
    if (link !== 'open') return undefined;
    let isCurrent = true;
    let cancel = (): void => {};
    const ask = async (): Promise<void> => {
      await reload();
      if (isCurrent) cancel = browserClock.after(ASK_AGAIN_MS, () => void ask());
    };
    void ask();
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [reload, link]);

  return { accounts, error, reload };
}
