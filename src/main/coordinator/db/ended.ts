/** Attempts that are over, for what agents are known by: read once, when the coordinator starts. */
import { AttemptState } from '../../../shared/domain/attempt.ts';
import type { EndedAttempt } from '../../../shared/domain/place-record.ts';
import { Specialty } from '../../../shared/domain/specialty.ts';
import { FailureCode } from '../../../shared/errors.ts';
import { AgentId } from '../../../shared/ids.ts';
import type { Db } from './open.ts';

interface Row {
  readonly agent: string;
  readonly state: string;
  readonly specialty: string | null;
  readonly code: string | null;
  readonly took: number | null;
}

/** Answers, of the last `count` attempts that were begun, those that are over, oldest first. */
export function endedIn(db: Db): (count: number) => EndedAttempt[] {
  const newest = db.prepare<[number], Row>(
    `SELECT agent, attempts.state, specialty, attempts.doc ->> '$.failure.code' AS code,
         (attempts.doc ->> '$.endedAt') - (attempts.doc ->> '$.startedAt') AS took
       FROM attempts JOIN tasks ON tasks.number = attempts.task
       WHERE attempts.fence > (SELECT coalesce(max(fence), 0) FROM attempts) - ?
         AND attempts.state IN ('succeeded', 'failed', 'lost')
       ORDER BY attempts.fence`,
  );
  return (count) =>
    newest.all(count).map(({ agent, state, specialty, code, took }) => ({
      agentId: AgentId.parse(agent),
      state: AttemptState.parse(state),
      specialty: specialty === null ? null : Specialty.parse(specialty),
      code: code === null ? null : FailureCode.parse(code),
      tookMs: took,
    }));
}
