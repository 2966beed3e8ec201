/**
 * The one writer. Commands submitted in one turn of the event loop are decided one after the other, written in one
 * transaction with one fsync, published, and then answered: in that order. What may wait stands in the commit of what comes
 * after it, and so before it, or in one of its own a little later. Nothing else writes a table.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { decide } from '../../../shared/domain/decide.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { rejection } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { StorageProblem } from '../db/problem.ts';
import { Batch } from './batch.ts';
import type { Committed as State } from './committed.ts';
import type { Committed, SubmitOptions } from './port.ts';
import type { Receipts } from './receipts.ts';
import { refusalOf } from './refusal.ts';

/** Commands per transaction at most: what comes in at once must not hold up the event loop. */
const MOST_PER_COMMIT = 1_000;

/** So long waits what may, in ms: nobody sees it in the window, and calls of several engines share a commit. */
const LATE_MS = 40;

export interface CommitterDeps {
  readonly state: State;
  readonly clock: Clock;
  readonly receipts: Receipts;
  /** Writes a batch in one durable transaction, or throws and leaves nothing of it. */
  readonly write: (batch: Batch, now: number) => void;
  /** The storage problem behind an exception; `undefined`: a bug. */
  readonly problemOf: (error: unknown) => StorageProblem | undefined;
  readonly publish: (events: readonly StoredEvent[]) => void;
  /** Takes note of a storage problem; answers it as it is seen now. */
  readonly report: (problem: StorageProblem) => StorageProblem;
  /** Calls `run` when the present turn of the event loop is over. */
  readonly endOfTurn: (run: () => void) => void;
}

export interface Committer {
  submit(command: Command, options: SubmitOptions): Promise<Result<Committed>>;
  /** Takes note of a problem that a read met: nothing is written to a damaged file. */
  notice(problem: StorageProblem): StorageProblem;
  /** Commits what was submitted and refuses what comes later. */
  close(): void;
}

interface Submission {
  readonly command: Command;
  readonly options: SubmitOptions;
  readonly resolve: (answer: Result<Committed>) => void;
  readonly reject: (error: unknown) => void;
}

/** An answer that may be given once the batch is on disk. */
type Outcome = { readonly answer: Result<Committed> } | { readonly bug: unknown };

export function createCommitter(deps: CommitterDeps): Committer {
  const { state, clock, publish } = deps;
  let waiting: Submission[] = [];
  let damage: StorageProblem | undefined;
  let closed = false;
  const next = createNext(deps, commit);

  function commit(): void {
    next.begun();
    if (waiting.length === 0) return;
    const submissions = waiting.slice(0, MOST_PER_COMMIT);
    waiting = waiting.slice(MOST_PER_COMMIT);
    if (waiting.length > 0) next.comes('soon');
    if (damage) return answerAll(submissions, fail(refusalOf(damage)));
    const batch = new Batch(state);
    let outcomes: Outcome[];
    try {
      outcomes = carryOut(submissions, batch, clock.now(), deps);
    } catch (error) {
      refuseAll(submissions, error);
      return;
    }
    state.adopt(batch);
    try {
      if (batch.events.length > 0) publish(batch.events);
    } finally {
      for (const [index, { resolve, reject }] of submissions.entries()) {
        const outcome = outcomes[index];
        if (outcome && 'answer' in outcome) resolve(outcome.answer);
        else reject(outcome?.bug);
      }
    }
  }

  function notice(problem: StorageProblem): StorageProblem {
    if (problem.kind === 'damaged' || problem.kind === 'not_a_database') damage = problem;
    return deps.report(problem);
  }

  function refuseAll(submissions: readonly Submission[], error: unknown): void {
    const problem = deps.problemOf(error);
    if (problem) return answerAll(submissions, fail(refusalOf(notice(problem))));
    for (const { reject } of submissions) reject(error);
  }

  return {
    submit(command, options) {
      if (closed)
        return Promise.resolve(
          fail(rejection('shutting_down', 'the coordinator is closing; try again when it is back')),
        );
      if (damage) return Promise.resolve(fail(refusalOf(damage)));
      return new Promise((resolve, reject) => {
        waiting.push({ command, options, resolve, reject });
        next.comes(options.mayWait === true ? 'late' : 'soon');
      });
    },
    notice,
    close() {
      closed = true;
      while (waiting.length > 0) commit();
    },
  };
}

/** When the next commit comes: with the end of this turn, or a little later where all that is submitted may wait. */
function createNext(
  { clock, endOfTurn }: Pick<CommitterDeps, 'clock' | 'endOfTurn'>,
  commit: () => void,
): { comes(when: 'soon' | 'late'): void; begun(): void } {
  let isSoon = false;
  let cancelLate: (() => void) | null = null;
  return {
    comes(when) {
      if (when === 'late') cancelLate ??= clock.after(LATE_MS, commit);
      else if (!isSoon) endOfTurn(commit);
      isSoon ||= when === 'soon';
    },
    begun() {
      isSoon = false;
      cancelLate?.();
      cancelLate = null;
    },
  };
}

function answerAll(submissions: readonly Submission[], answer: Result<Committed>): void {
  for (const { resolve } of submissions) resolve(answer);
}

/** Decides all, writes all; throws when nothing of it is to stand. */
function carryOut(
  submissions: readonly Submission[],
  batch: Batch,
  now: number,
  { receipts, write, problemOf }: CommitterDeps,
): Outcome[] {
  receipts.begin();
  const outcomes = submissions.map(({ command, options }): Outcome => {
    const before = batch.seq;
    try {
      return { answer: carryOutOne(command, options, batch, now, receipts) };
    } catch (error) {
      // A row that does not read concerns all, and so does a command that broke off half done. A bug in a rule
      // concerns only the command that met it.
      if (problemOf(error) || batch.seq !== before) throw error;
      return { bug: error };
    }
  });
  write(batch, now);
  return outcomes;
}

function carryOutOne(
  command: Command,
  { actor, receipt }: SubmitOptions,
  batch: Batch,
  now: number,
  receipts: Receipts,
): Result<Committed> {
  const earlier = receipt && receipts.find(receipt, batch);
  if (earlier) return earlier;
  const decision = decide(batch, command, { now, actor });
  if (!decision.ok) return decision;
  const events = decision.value.map((event) => batch.append(event, now, actor));
  if (receipt) receipts.add({ ...receipt, at: now, seq: batch.seq, events: events.length });
  return ok({ seq: batch.seq, events, repeated: false });
}
