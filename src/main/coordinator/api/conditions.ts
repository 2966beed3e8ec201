/** What the API sees of the coordinator's own troubles. */
import type { Condition } from '../../../shared/domain/condition.ts';

export interface OwnConditions {
  /** What lasts now, oldest first. */
  list(): readonly Condition[];
  /** Called after each change with what lasts then; the answer ends it. */
  onChange(listener: (conditions: readonly Condition[]) => void): () => void;
}
