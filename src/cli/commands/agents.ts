/** `koubou agents …`: the machines of the workshop. */
import type { Command } from 'commander';
import { OPERATIONS, type OutputOf } from '../../shared/contract.ts';
import type { AgentId } from '../../shared/ids.ts';
import { parseAgentId } from '../arguments.ts';
import { writeJson, writeLine, type CliIo } from '../io.ts';
import { bytes, paint, table, type Column } from '../print.ts';
import { safeLine } from '../safe-text.ts';
import { addChangeCommand } from './change.ts';
import { addHostCommands } from './hosts.ts';
import { addShellCommand } from './attach.ts';
import { addInviteCommand } from './invite.ts';
import { addUpdateCommand } from './update.ts';
import { openSession, withCommonOptions, type CommonOptions, type Session } from '../session.ts';

export function addAgentCommands(program: Command, io: CliIo): void {
  const agents = program
    .command('agents')
    .description('see and manage the machines of the workshop');
  withCommonOptions(agents.command('list').description('all agents with their load')).action(
    async (options: CommonOptions) => listAgents(await openSession(io, options)),
  );
  addInviteCommand(agents, io);
  addUpdateCommand(agents, io);
  addShellCommand(agents, io);
  onAgent(agents, io, 'show', 'one agent with what it can do', showAgent);
  onAgent(agents, io, 'drain', 'give an agent no new work', async (session, id) => {
    await session.client.call(OPERATIONS['agents.drain'], { id });
    await say(session, id, 'finishes what it holds and takes no new work');
  });
  onAgent(agents, io, 'resume', 'let a drained agent work again', async (session, id) => {
    await session.client.call(OPERATIONS['agents.resume'], { id });
    await say(session, id, 'takes work again');
  });
  onAgent(agents, io, 'rest', 'let an agent rest, and its PC sleep', async (session, id) => {
    await session.client.call(OPERATIONS['agents.rest'], { id });
    await say(session, id, 'finishes what it holds, and rests');
  });
  onAgent(agents, io, 'wake', 'end the rest of an agent, and wake its PC', async (session, id) => {
    await session.client.call(OPERATIONS['agents.wake'], { id });
    await say(session, id, 'is woken');
  });
  addChangeCommand(agents, io);
  addHostCommands(agents, io);
}

type Row = OutputOf<'agents.get'>;

const COLUMNS: readonly Column<Row>[] = [
  { title: 'AGENT', value: ({ agent }) => agent.id },
  { title: 'STATE', value: ({ agent }) => agent.state },
  { title: 'SLOTS', value: ({ agent }) => `${agent.running.length}/${agent.slots}` },
  { title: 'CPU', value: ({ vitals }) => (vitals ? `${Math.round(vitals.cpu * 100)} %` : '-') },
  {
    title: 'MEMORY',
    value: ({ vitals }) =>
      vitals ? `${Math.round((vitals.memoryUsedBytes / vitals.memoryBytes) * 100)} %` : '-',
  },
  { title: 'DISK FREE', value: ({ vitals }) => (vitals ? bytes(vitals.diskFreeBytes) : '-') },
  {
    title: 'ENGINES',
    value: ({ agent }) =>
      agent.capabilities.engines
        .filter(({ ready }) => ready)
        .map(({ kind }) => kind)
        .join(', '),
  },
  { title: 'WORKS ON', value: ({ agent }) => agent.running.join(', ') },
];

async function listAgents({ io, client, json }: Session): Promise<void> {
  const answer = await client.call(OPERATIONS['agents.list'], {});
  if (json) return await writeJson(io, answer);
  if (answer.agents.length === 0) return await writeLine(io, 'no agents');
  await writeLine(io, table(io, COLUMNS, answer.agents));
}

async function showAgent({ io, client, json }: Session, id: AgentId): Promise<void> {
  const answer = await client.call(OPERATIONS['agents.get'], { id });
  if (json) return await writeJson(io, answer);
  const { agent } = answer;
  const { capabilities: can } = agent;
  const facts: [string, string][] = [
    ['state', agent.state],
    [
      'machine',
      `${can.hostname}, ${can.os} ${can.arch}, ${can.cpus} cores, ${bytes(can.memoryBytes)} memory`,
    ],
    ['address', agent.address],
    ['version', agent.version],
    ['slots', `${agent.running.length} of ${agent.slots} taken`],
    ['works on', agent.running.join(', ') || '-'],
    ['rests', agent.resting ? `yes: ${agent.resting.why}` : 'no'],
    ['standby', agent.profile.standby ? 'yes' : 'no'],
    ['may order', agent.profile.mayOrder ? 'yes' : 'no'],
    [
      'engines',
      can.engines
        .map(
          ({ kind, version, ready, why }) =>
            `${kind} ${version}${ready ? '' : ` (not ready: ${why ?? 'unknown'})`}`,
        )
        .join(', '),
    ],
    ['tools', can.tools.map(({ name, version }) => `${name} ${version}`).join(', ')],
  ];
  const lines = facts.map(
    ([name, value]) => `${paint(io, 'gray', name.padEnd(9))} ${safeLine(value)}`,
  );
  await writeLine(
    io,
    [paint(io, 'bold', `${agent.id}  ${safeLine(agent.name)}`), ...lines].join('\n'),
  );
}

function onAgent(
  agents: Command,
  io: CliIo,
  name: string,
  description: string,
  run: (session: Session, id: AgentId) => Promise<void>,
): void {
  const command = agents.command(name).description(description);
  withCommonOptions(
    command.argument('<agent>', 'its id, as "koubou agents list" shows it', parseAgentId),
  ).action(async (id: AgentId, options: CommonOptions) => {
    await run(await openSession(io, options), id);
  });
}

async function say({ io, client, json }: Session, id: AgentId, what: string): Promise<void> {
  if (!json) return await writeLine(io, `${paint(io, 'bold', id)} ${what}`);
  const { agents } = await client.call(OPERATIONS['agents.list'], {});
  await writeJson(io, agents.find(({ agent }) => agent.id === id)?.agent ?? { removed: id });
}
