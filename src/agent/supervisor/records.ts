/** What an attempt leaves on disk while it works: its journal and its output, whose growth the agent is told. */
import type { Clock } from '../../shared/clock.ts';
import { useReserve, type AttemptFolder } from '../attempt-folder.ts';
import { diskFull, mebibytes, saysDiskFull, StepFailure } from '../failure.ts';
import { openJournal, type JournalWriter } from '../journal.ts';
import { openOutput, type Output } from '../output.ts';
import type { FromSupervisor, Orders } from './protocol.ts';

export interface Records {
  readonly journal: JournalWriter;
  readonly output: Output;
  /** How much of each file can be read. */
  grown(): FromSupervisor;
  /** From now on the agent is told. */
  tell(agent: (message: FromSupervisor) => void): void;
  /** From now on an attempt that prints too much, or cannot be recorded, is stopped. */
  onStop(stop: (why: Error) => void): void;
  /** Resolves when all is on disk. */
  close(): Promise<void>;
}

export async function openRecords(
  { orders, clock }: { readonly orders: Orders; readonly clock: Clock },
  folder: AttemptFolder,
): Promise<Records> {
  const { outputBytes } = orders.spec.limits;
  let say: (message: FromSupervisor) => void = () => {};
  let stop: (why: Error) => void = () => {};
  let bytes = 0;
  const grown = (): FromSupervisor => ({ type: 'grown', journal: bytes, ...output.written() });
  const journal = await openJournal(folder.journal, clock, {
    durable(size) {
      bytes = size;
      say(grown());
    },
    trouble(error) {
      if (error) void useReserve(folder);
      say({ type: 'trouble', message: error?.message ?? null });
    },
  });
  const output = await openOutput({
    files: folder.streams,
    limit: outputBytes,
    clock,
    onGrown: () => say(grown()),
    onLimit: () => stop(tooMuchOutput(outputBytes)),
    onBroken: (why) => void brokenSpool(why, orders.dir).then((reason) => stop(reason)),
  });
  return {
    journal,
    output,
    grown,
    tell(agent) {
      say = agent;
    },
    onStop(next) {
      stop = next;
    },
    async close() {
      await journal.flushed();
      await output.close();
      await journal.close();
    },
  };
}

function tooMuchOutput(limit: number): StepFailure {
  return new StepFailure(
    'engine_output_limit',
    `it printed more than ${mebibytes(limit)} MB and was stopped. Make it print less, or raise limits.outputBytes in the workshop's config.yaml.`,
  );
}

async function brokenSpool({ message }: Error, dir: string): Promise<Error> {
  if (saysDiskFull(message)) return await diskFull(dir);
  return new StepFailure('workspace_failed', `the recording cannot be written: ${message}`);
}
