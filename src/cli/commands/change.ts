/** `koubou agents change`: what a person says of an agent. */
import type { Command } from 'commander';
import { OPERATIONS } from '../../shared/contract.ts';
import type { AgentId } from '../../shared/ids.ts';
import { parseAgentId } from '../arguments.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';
import { paint } from '../print.ts';
import { openSession, withCommonOptions, type CommonOptions } from '../session.ts';

interface ChangeOptions extends CommonOptions {
  readonly mayOrder?: boolean;
  readonly standby?: boolean;
}

/** @param agents the command `koubou agents` */
export function addChangeCommand(agents: Command, io: CliIo): void {
  const command = agents
    .command('change')
    .description('say what programs on an agent may do')
    .argument('<agent>', 'its id, as "koubou agents list" shows it', parseAgentId)
    .option(
      '--may-order',
      'they may order tasks through its own API: of any repository that this PC can read; the tasks run on that agent',
    )
    .option('--no-may-order', 'they may not (so it is at first)')
    .option(
      '--standby',
      'it is sent to rest while there is little to do, and woken when there is much',
    )
    .option('--no-standby', 'it is always there (so it is at first)');
  withCommonOptions(command).action(
    async (id: AgentId, { mayOrder, standby, ...options }: ChangeOptions) => {
      if (mayOrder === undefined && standby === undefined)
        throw new CliError(
          EXIT.wrongUse,
          'say what to change: --may-order or --no-may-order, --standby or --no-standby',
        );
      const { client, json } = await openSession(io, options);
      const { agent } = await client.call(OPERATIONS['agents.get'], { id });
      const profile = {
        ...agent.profile,
        ...(mayOrder !== undefined && { mayOrder }),
        ...(standby !== undefined && { standby }),
      };
      const changed = await client.call(OPERATIONS['agents.change'], { id, profile });
      if (json) return await writeJson(io, changed);
      const what = [
        ...(mayOrder === undefined
          ? []
          : [mayOrder ? 'may order tasks, which run on it' : 'may not order tasks']),
        ...(standby === undefined
          ? []
          : [standby ? 'is standby: it rests while there is little to do' : 'is always there']),
      ];
      await writeLine(io, `${paint(io, 'bold', id)} ${what.join(', and ')}`);
    },
  );
}
