/** What each agent did before: of the table of attempts at first, then of every attempt that ends. It writes nothing. */
import {
  openRecordBook,
  type EndedAttempt,
  type RecordBook,
} from '../../../shared/domain/place-record.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { Journal } from '../journal/port.ts';

/** So far back in the table one looks for a start. */
export const MOST_PAST = 5_000;

export interface RecordsDeps {
  readonly journal: Pick<Journal, 'attempt' | 'subscribe' | 'task'>;
  /** Attempts that were over before. @param count so far back */
  readonly past: (count: number) => readonly EndedAttempt[];
}

export interface Records extends Pick<RecordBook, 'of'> {
  close(): void;
}

export function startRecords({ journal, past }: RecordsDeps): Records {
  const book = openRecordBook();
  for (const ended of past(MOST_PAST)) book.add(ended);
  const close = journal.subscribe((events) => {
    for (const { event } of events) {
      const ended = event.type === 'attempt.ended' ? endedIn(journal, event.attemptId) : null;
      if (ended) book.add(ended);
    }
  });
  return { of: book.of, close };
}

function endedIn(journal: RecordsDeps['journal'], id: AttemptId): EndedAttempt | null {
  const attempt = journal.attempt(id);
  if (!attempt) return null;
  const { agentId, state, failure, startedAt, endedAt } = attempt;
  const tookMs = startedAt === null || endedAt === null ? null : endedAt - startedAt;
  const specialty = journal.task(attempt.taskId)?.specialty ?? null;
  return { agentId, specialty, state, code: failure?.code ?? null, tookMs };
}
