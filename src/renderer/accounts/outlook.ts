/** The forecasts of limits and budgets, asked for once in a while. */
import { useMemo } from 'react';
import { useNow } from '../components/now.ts';
import { useAnswer, type Answer } from '../components/use-answer.ts';

const ASK_AGAIN_MS = 60_000;

export function useOutlook(): Answer<'usage.prediction'> {
  const offset = new Date(useNow()).getTimezoneOffset();
  const question = useMemo(() => ({ offset }), [offset]);
  return useAnswer('usage.prediction', question, ASK_AGAIN_MS);
}
