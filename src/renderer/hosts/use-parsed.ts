/** The hosts in a text, as the coordinator reads it, while it is being typed. */
import { useEffect, useState } from 'react';
import type { OutputOf } from '../../shared/contract.ts';
import { browserClock } from '../client/clock.ts';
import type { CallError } from '../client/call.ts';
import { useApp } from '../context.ts';

export type ParsedHosts = OutputOf<'hosts.parse'>;

export interface Parsed {
  readonly hosts: ParsedHosts['hosts'];
  readonly mistakes: ParsedHosts['mistakes'];
  /** True when this is what stands in the text now. */
  readonly isCurrent: boolean;
  readonly error: CallError | null;
}

const PAUSE_MS = 120;

interface Answered {
  readonly text: string;
  readonly value: ParsedHosts;
  readonly error: CallError | null;
}

const NOTHING: Answered = { text: '', value: { hosts: [], mistakes: [] }, error: null };

export function useParsed(text: string): Parsed {
  const { session } = useApp();
  const [answered, setAnswered] = useState(NOTHING);
  useEffect(() => {
    let isCurrent = true;
    const ask = async (): Promise<void> => {
      if (text.trim() === '') return setAnswered({ ...NOTHING, text });
      const answer = await session.api.call('hosts.parse', { text });
      if (!isCurrent) return;
      setAnswered(
        answer.ok
          ? { text, value: answer.value, error: null }
          : { ...NOTHING, text, error: answer.error },
      );
    };
    const cancel = browserClock.after(PAUSE_MS, () => void ask());
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [session, text]);
  const { value, error } = answered;
  return { ...value, isCurrent: answered.text === text, error };
}
