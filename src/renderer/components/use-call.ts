/** A call made by a button or a form: whether it is under way, and what was refused. */
import { useState } from 'react';
import type { InputOf, OperationName, OutputOf } from '../../shared/contract.ts';
import type { CallError } from '../client/call.ts';
import { useApp } from '../context.ts';

export interface Call<N extends OperationName> {
  readonly isBusy: boolean;
  readonly error: CallError | null;
  /** The output, or `null` when it was refused (see `error`). */
  run(input: InputOf<N>): Promise<OutputOf<N> | null>;
  clear(): void;
}

export function useCall<N extends OperationName>(name: N): Call<N> {
  const { session } = useApp();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<CallError | null>(null);
  return {
    isBusy,
    error,
    async run(input) {
      setBusy(true);
      setError(null);
      const answer = await session.api.call(name, input);
      setBusy(false);
      if (answer.ok) return answer.value;
      setError(answer.error);
      return null;
    },
    clear: () => setError(null),
  };
}
