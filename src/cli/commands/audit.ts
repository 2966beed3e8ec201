/** `koubou audit verify`: is the log whole, and do the tables say what it says? */
import type { Command } from 'commander';
import { OPERATIONS } from '../../shared/contract.ts';
import type { Audit } from '../../shared/upkeep.ts';
import type { Client } from '../client.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';
import { count } from '../print.ts';
import { runningOrStopped, withCommonOptions, type CommonOptions } from '../session.ts';

const LOOK_MS = 250;
/** Progress is told in steps of so many percent. */
const STEP = 10;

type Progress = (checked: number, total: number) => void;
type Verdict = Pick<Audit, 'state' | 'hash' | 'message'> & { readonly events: number };

export function addAuditCommands(program: Command, io: CliIo): void {
  const audit = program.command('audit').description('check the log of the workshop');
  withCommonOptions(
    audit.command('verify').description('check the whole log, and every table against it'),
  ).action(async (options: CommonOptions) => {
    const verdict = await verify(io, options);
    if (options.json) await writeJson(io, verdict);
    if (verdict.state !== 'sound') {
      throw new CliError(EXIT.failed, verdict.message ?? 'the log could not be checked');
    }
    if (options.json) return;
    const events = count(verdict.events, 'event');
    await writeLine(io, `sound: ${events}, and every table says what they say`);
    await writeLine(io, `hash of the newest event: ${verdict.hash ?? ''}`);
  });
}

async function verify(io: CliIo, options: CommonOptions): Promise<Verdict> {
  const progress = progressOf(io);
  return await runningOrStopped(
    io,
    options,
    async ({ client }) => verifyRunning(client, io, progress),
    async (dir) => verifyStopped(dir, io, progress),
  );
}

async function verifyStopped(dir: string, io: CliIo, progress: Progress): Promise<Verdict> {
  const { verifyFolder } = await io.offline();
  const result = await verifyFolder(dir, progress);
  if (result.ok) return { state: 'sound', message: null, ...result.value };
  const isDamage = result.error.kind === 'damaged' || result.error.kind === 'not_a_database';
  const { message } = result.error;
  return { state: isDamage ? 'damaged' : 'failed', hash: null, message, events: 0 };
}

async function verifyRunning(client: Client, io: CliIo, progress: Progress): Promise<Verdict> {
  let audit = await client.call(OPERATIONS['audit.verify'], {});
  while (audit.state === 'running' && !io.stop.aborted) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    audit = await client.call(OPERATIONS['audit.get'], {});
    progress(audit.checked, audit.total);
  }
  const { state, hash, message, checked } = audit;
  return { state, hash, message, events: checked };
}

/** Tells every tenth part once. */
function progressOf(io: CliIo): Progress {
  let told = 0;
  return (checked, total) => {
    const percent = total === 0 ? 100 : Math.floor((checked * 100) / total);
    const step = percent - (percent % STEP);
    if (step <= told) return;
    told = step;
    io.warn(`${step} % of ${count(total, 'event')} checked`);
  };
}
