/** What bringing a change to GitHub and on to its merge works with. */
import type { TaskId } from '../../../../../shared/ids.ts';
import type { PullsDeps } from './deps.ts';
import type { Follower } from './follower.ts';
import type { RulesReader } from './repo-rules.ts';
import type { Records } from './records.ts';

export interface DeliveryDeps extends PullsDeps {
  readonly records: Records;
  readonly follower: Follower;
  readonly rules: RulesReader;
  /** Says what needs a person; `null`: nothing any more. */
  readonly onTrouble: (id: TaskId, message: string | null) => void;
}
