/** How a chart names moments: as finely as the time it spans asks for. */
import { useMemo } from 'react';
import { useLanguage } from '../../context.ts';

const HOUR = 3_600_000;

export interface TimeWords {
  /** Short, under the axis: `14:05`, or `21 Nov`. */
  axis(at: number): string;
  /** At the pointer: `14:05:30`, or `21 Nov, 14:05`. */
  exact(at: number): string;
}

/** @param spanMs from the first moment to the last */
export function useTimeWords(spanMs: number): TimeWords {
  const language = useLanguage();
  const size = spanMs <= 2 * HOUR ? 'hours' : spanMs <= 48 * HOUR ? 'day' : 'days';
  return useMemo(() => {
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    const date = { day: 'numeric', month: 'short' } as const;
    const axis = new Intl.DateTimeFormat(language, size === 'days' ? date : clock);
    const fine =
      size === 'hours' ? { ...clock, second: '2-digit' as const } : { ...date, ...clock };
    const exact = new Intl.DateTimeFormat(language, fine);
    return { axis: (at) => axis.format(at), exact: (at) => exact.format(at) };
  }, [language, size]);
}
