/** The answer to a question that is asked when a part of a screen opens, and again once in a while as long as it is there. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { InputOf, OperationName, OutputOf } from '../../shared/contract.ts';
import type { CallError } from '../client/call.ts';
import { browserClock } from '../client/clock.ts';
import { useApp, useUi } from '../context.ts';
import { selectLink } from '../store/selectors.ts';

export interface Answer<N extends OperationName> {
  /** The last one to the present question; `null` until then. */
  readonly value: OutputOf<N> | null;
  readonly error: CallError | null;
  /** Asks at once: what is asked about was just changed here. */
  again(): void;
}

/**
 * @param input the question; the same one must be the same object
 * @param everyMs asked again so often, and when the connection is back
 */
export function useAnswer<N extends OperationName>(
  name: N,
  input: InputOf<N>,
  everyMs: number,
): Answer<N> {
  const { session } = useApp();
  const link = useUi(selectLink);
  const [asked, setAsked] = useState<{ input: InputOf<N>; value: OutputOf<N> } | null>(null);
  const [error, setError] = useState<CallError | null>(null);
  const ask = useRef(nothing);
  const again = useCallback(() => ask.current(), []);
  useEffect(() => {
    if (link !== 'open') return;
    // Only the newest answer counts, and is followed by the next question.
    let turn = 0;
    let cancel = nothing;
    const askNow = async (): Promise<void> => {
      cancel();
      turn += 1;
      const own = turn;
      const answer = await session.api.call(name, input);
      if (own !== turn) return;
      if (answer.ok) setAsked({ input, value: answer.value });
      setError(answer.ok ? null : answer.error);
      cancel = browserClock.after(everyMs, ask.current);
    };
    ask.current = () => void askNow();
    ask.current();
    return () => {
      turn += 1;
      cancel();
      ask.current = nothing;
    };
  }, [session, name, input, everyMs, link]);
  return { value: asked?.input === input ? asked.value : null, error, again };
}

function nothing(): void {}
