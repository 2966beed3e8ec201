/** `koubou stop --emergency` and `koubou resume`: everything stands still, and goes on as it was. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { EmergencyState } from '../../shared/contract-emergency.ts';
import { OPERATIONS } from '../../shared/contract.ts';
import { writeJson, writeLine, type CliIo } from '../io.ts';
import { safeLine } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions, type Session } from '../session.ts';

interface StopOptions extends CommonOptions {
  readonly how: 'freeze' | 'end';
  readonly reason: string;
}

export function addEmergencyCommands(program: Command, io: CliIo): void {
  withCommonOptions(
    program
      .command('stop')
      .description('stop the whole workshop at once: nothing runs, is given out or merged')
      .requiredOption('--emergency', 'yes, all of it')
      .addOption(
        new Option('--how <how>', 'freeze: attempts stand still; end: they begin anew later')
          .choices(['freeze', 'end'])
          .default('freeze'),
      )
      .option('--reason <text>', 'for whoever finds it stopped', reasonOf, ''),
  ).action(async ({ how, reason, ...options }: StopOptions) => {
    const session = await openSession(io, options);
    const state = await session.client.call(OPERATIONS['emergency.stop'], { how, reason });
    await say(session, state, stoppedWords(state));
  });
  withCommonOptions(
    program.command('resume').description('let a stopped workshop go on; the queue is as it was'),
  ).action(async (options: CommonOptions) => {
    const session = await openSession(io, options);
    const state = await session.client.call(OPERATIONS['emergency.resume'], {});
    await say(session, state, 'the workshop goes on');
  });
}

/** As said when it was stopped before: by whom and how, not what was asked now. */
export function stoppedWords({ stopped, attempts }: EmergencyState): string {
  if (!stopped) return 'the workshop works';
  const { by, how, reason } = stopped;
  const ones = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  const what = how === 'end' ? 'attempts are ended' : `${ones} told to stand still`;
  const why = reason === '' ? '' : ` (${safeLine(reason)})`;
  return `stopped by ${safeLine(by)}${why}: ${what}; "koubou resume" lets it go on`;
}

function reasonOf(text: string): string {
  if (text.length > 500) throw new InvalidArgumentError('At most 500 characters.');
  return text;
}

async function say({ io, json }: Session, state: EmergencyState, words: string): Promise<void> {
  if (json) return await writeJson(io, state);
  await writeLine(io, words);
}
