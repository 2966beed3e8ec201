/** The list of backups, asked for when something first shows it. The coordinator makes them by itself, too. */
import { useEffect, useState } from 'react';
import type { OutputOf } from '../../shared/contract.ts';
import type { Result } from '../../shared/result.ts';
import type { CallError } from '../client/call.ts';
import { useApp } from '../context.ts';

export type BackupList = OutputOf<'backups.list'>;

export interface Backups {
  /** `null` before the answer. */
  readonly list: BackupList | null;
  readonly error: CallError | null;
  /** Asks again. */
  reload(): Promise<void>;
}

export function useBackups(): Backups {
  const { session } = useApp();
  const [state, setState] = useState<Pick<Backups, 'list' | 'error'>>({ list: null, error: null });
  useEffect(() => {
    let isCurrent = true;
    void session.api.call('backups.list', {}).then((answer) => {
      if (isCurrent) setState((before) => taken(before.list, answer));
    });
    return () => {
      isCurrent = false;
    };
  }, [session]);
  return {
    ...state,
    async reload() {
      const answer = await session.api.call('backups.list', {});
      setState((before) => taken(before.list, answer));
    },
  };
}

function taken(before: BackupList | null, answer: Result<BackupList, CallError>) {
  return answer.ok ? { list: answer.value, error: null } : { list: before, error: answer.error };
}
