/**
 * Brings calls of models that are over into the journal, each once. While that cannot write (a full disk) they wait here: the
 * answer went out long ago, and was paid for.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../../../shared/clock.ts';
import type { AttemptId } from '../../../../shared/ids.ts';
import type { ModelCall } from '../../../../shared/models.ts';
import type { Journal } from '../../journal/port.ts';

export interface Recorder {
  record(attemptId: AttemptId, call: ModelCall): void;
  /** Waits for what is being written; tries what waits once more. */
  close(): Promise<void>;
}

const AGAIN_MS = 5_000;
/** Of hours of a full disk; the oldest go first. */
const MOST_WAITING = 10_000;

interface Over {
  readonly attemptId: AttemptId;
  readonly call: ModelCall;
}

export function createRecorder({
  journal,
  clock,
  log,
}: {
  readonly journal: Pick<Journal, 'submit'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Pick<Logger, 'warn'>;
}): Recorder {
  const underWay = new Set<Promise<void>>();
  let waiting: Over[] = [];
  let cancel: (() => void) | null = null;
  let closed = false;

  function start(over: Over): void {
    const writing = write(over)
      .catch((error: unknown) => log.warn({ err: error }, 'a call of a model was not recorded'))
      .finally(() => underWay.delete(writing));
    underWay.add(writing);
  }

  async function write(over: Over): Promise<void> {
    const { attemptId, call } = over;
    const command = { type: 'attempt.call_model', attemptId, call } as const;
    // The engine has its answer; at the end nothing waits.
    const result = await journal.submit(command, { actor: 'gateway', mayWait: !closed });
    if (result.ok) return;
    const { code, message } = result.error;
    // Its task is not there any more: nothing is left that it could count for.
    if (code === 'not_found') return log.warn({ attempt: attemptId }, message);
    waiting.push(over);
    if (waiting.length > MOST_WAITING) waiting = waiting.slice(-MOST_WAITING);
    if (!closed) cancel ??= clock.after(AGAIN_MS, again);
  }

  function again(): void {
    cancel = null;
    const all = waiting;
    waiting = [];
    for (const over of all) start(over);
  }

  return {
    record: (attemptId, call) => start({ attemptId, call }),
    async close() {
      closed = true;
      cancel?.();
      while (underWay.size > 0) await Promise.all(underWay);
      again();
      while (underWay.size > 0) await Promise.all(underWay);
      if (waiting.length > 0)
        log.warn({ calls: waiting.length }, 'calls of models could not be recorded');
    },
  };
}
