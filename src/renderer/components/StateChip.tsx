/** The state of a task, an attempt or an agent: a word and a dot in the one colour scale. */
import './state-chip.css';

export interface StateChipProps {
  /** The name in the contract; decides the colour. */
  readonly state: string;
  readonly label: string;
  readonly testId?: string;
  readonly size?: 'small' | 'large';
}

export function StateChip({ state, label, testId = 'task-state', size = 'small' }: StateChipProps) {
  return (
    <span className={`chip chip-${size}`} data-state={state} data-testid={testId}>
      <span className="chip-dot" aria-hidden="true" />
      {label}
    </span>
  );
}
