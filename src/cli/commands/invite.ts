/** `koubou agents invite`: a one-time token by which another PC joins the workshop. */
import type { Command } from 'commander';
import { OPERATIONS } from '../../shared/contract.ts';
import { writeJson, writeLine, type CliIo } from '../io.ts';
import { openSession, withCommonOptions, type CommonOptions } from '../session.ts';

interface InviteOptions extends CommonOptions {
  readonly name?: string;
}

/** @param agents the command `koubou agents` */
export function addInviteCommand(agents: Command, io: CliIo): void {
  const command = agents
    .command('invite')
    .description('make a token by which another PC joins; it lives for ten minutes and works once')
    .option('--name <name>', 'what the PC is called here (default: as it calls itself)');
  withCommonOptions(command).action(async ({ name, ...options }: InviteOptions) => {
    const { client, json } = await openSession(io, options);
    const invitation = await client.call(OPERATIONS['invitations.create'], { name });
    if (json) return await writeJson(io, invitation);
    const minutes = Math.round((invitation.expiresAt - io.now()) / 60_000);
    await writeLine(
      io,
      `Run this on the other PC, within ${minutes} minutes:\n\n  ${invitation.command}\n`,
    );
  });
}
