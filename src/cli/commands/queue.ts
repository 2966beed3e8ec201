/** `koubou queue …`: what waits, and the switch for all of it. */
import type { Command } from 'commander';
import { OPERATIONS } from '../../shared/contract.ts';
import { TASK_STATES } from '../../shared/domain/task.ts';
import { writeJson, writeLine, type CliIo } from '../io.ts';
import { paintState, table } from '../print.ts';
import { openSession, withCommonOptions, type CommonOptions, type Session } from '../session.ts';

export function addQueueCommands(program: Command, io: CliIo): void {
  const queue = program.command('queue').description('see and hold the queue');
  withCommonOptions(
    queue.command('status').description('tasks per state, and what the next ones wait for'),
  ).action(async (options: CommonOptions) => printStatus(await openSession(io, options)));
  withCommonOptions(queue.command('pause').description('assign nothing until resumed')).action(
    async (options: CommonOptions) => {
      const session = await openSession(io, options);
      const answer = await session.client.call(OPERATIONS['queue.pause'], {});
      await say(session, answer, 'the queue is paused; what runs goes on');
    },
  );
  withCommonOptions(queue.command('resume').description('assign again')).action(
    async (options: CommonOptions) => {
      const session = await openSession(io, options);
      const answer = await session.client.call(OPERATIONS['queue.resume'], {});
      await say(session, answer, 'the queue goes on');
    },
  );
}

async function printStatus({ io, client, json }: Session): Promise<void> {
  const answer = await client.call(OPERATIONS['queue.get'], {});
  if (json) return await writeJson(io, answer);
  const counts = TASK_STATES.filter((state) => (answer.counts[state] ?? 0) > 0).map(
    (state) => `${answer.counts[state] ?? 0} ${paintState(io, state)}`,
  );
  await writeLine(io, counts.length > 0 ? counts.join(', ') : 'no tasks');
  if (answer.paused)
    await writeLine(io, 'the queue is paused: "koubou queue resume" lets it go on');
  if (answer.next.length === 0) return;
  const columns = [
    { title: 'NEXT', value: (row: (typeof answer.next)[number]) => row.taskId },
    { title: 'DEMANDS', value: (row: (typeof answer.next)[number]) => row.demand },
    { title: 'WAITS FOR', value: (row: (typeof answer.next)[number]) => row.waits ?? '-' },
  ];
  await writeLine(io, table(io, columns, answer.next));
}

async function say({ io, json }: Session, answer: unknown, what: string): Promise<void> {
  if (json) return await writeJson(io, answer);
  await writeLine(io, what);
}
