/** The rows of the chart: the task itself, then its attempts, newest first, with their phases where they are open. Pure. */
import { PHASES, type Attempt, type Phase } from '../../../shared/domain/attempt.ts';
import type { AttemptId } from '../../../shared/ids.ts';

export type ChartRow =
  | { readonly kind: 'task'; readonly key: string }
  | {
      readonly kind: 'attempt';
      readonly key: string;
      readonly attempt: Attempt;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: 'phase';
      readonly key: string;
      readonly attempt: Attempt;
      readonly phase: Phase;
    };

/** @param toggled attempts that are not as they are at first: the newest open, the others closed */
export function rowsOf(attempts: readonly Attempt[], toggled: ReadonlySet<AttemptId>): ChartRow[] {
  const newest = attempts.at(-1);
  return [
    { kind: 'task', key: 'task' },
    ...attempts.toReversed().flatMap((attempt): ChartRow[] => {
      const isOpen = (attempt === newest) !== toggled.has(attempt.id);
      const row: ChartRow = { kind: 'attempt', key: attempt.id, attempt, isOpen };
      if (!isOpen) return [row];
      const phases = PHASES.map((phase): ChartRow => ({
        kind: 'phase',
        key: `${attempt.id} ${phase}`,
        attempt,
        phase,
      }));
      return [row, ...phases];
    }),
  ];
}

const HEIGHTS = { task: 34, attempt: 48, phase: 24 } as const;

/** A guess in px, until the row is measured. */
export function heightOf(row: ChartRow | undefined): number {
  return row ? HEIGHTS[row.kind] : 0;
}
