/** The accounts at model providers as they stand: asked for again once in a while, and after each change. */
import { useCallback, useState } from 'react';
import type { AccountInfo } from '../../shared/contract-accounts.ts';
import type { CallError } from '../client/call.ts';
import { useAsking } from '../client/use-asking.ts';
import { useApp } from '../context.ts';

export interface ModelAccounts {
  /** `null`: not known yet. */
  readonly accounts: readonly AccountInfo[] | null;
  readonly error: CallError | null;
  reload(): Promise<void>;
}

const ASK_AGAIN_MS = 5_000;

export function useModelAccounts(): ModelAccounts {
  const { session } = useApp();
  const [accounts, setAccounts] = useState<ModelAccounts['accounts']>(null);
  const [error, setError] = useState<CallError | null>(null);

  const reload = useCallback(async (): Promise<void> => {
    const answer = await session.api.call('accounts.list', {});
    if (answer.ok) setAccounts(answer.value.accounts);
    setError(answer.ok ? null : answer.error);
  }, [session]);

  useAsking(reload, ASK_AGAIN_MS);

  return { accounts, error, reload };
}
