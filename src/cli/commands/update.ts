/** `koubou agents update`: brings the newest build to agents, one after another, and shows how it goes. */
import { InvalidArgumentError, type Command } from 'commander';
import { OPERATIONS } from '../../shared/contract.ts';
import type { AgentId } from '../../shared/ids.ts';
import type { Rollout } from '../../shared/rollout.ts';
import { parseAgentId } from '../arguments.ts';
import { followRollout } from '../follow.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';
import { paint, table, type Column, type Style } from '../print.ts';
import { safeLine } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions, type Session } from '../session.ts';

interface UpdateOptions extends CommonOptions {
  readonly all?: boolean;
  readonly atOnce?: number;
  readonly pause?: boolean;
  readonly resume?: boolean;
  readonly status?: boolean;
}

/** @param agents the command `koubou agents` */
export function addUpdateCommand(agents: Command, io: CliIo): void {
  const command = agents
    .command('update')
    .description('bring the newest build to agents; their work goes on meanwhile')
    .argument('[agents...]', 'their ids, as "koubou agents list" shows them', collectIds)
    .option('--all', 'all agents that have an older build')
    .option('--at-once <count>', 'so many at the same time (default: 1)', parseCount)
    .option('--pause', 'begin no further agent')
    .option('--resume', 'go on, past agents that failed')
    .option('--status', 'how the update stands');
  withCommonOptions(command).action(async (ids: AgentId[], options: UpdateOptions) => {
    checkUse(ids, options);
    await update(await openSession(io, options), ids, options);
  });
}

function collectIds(text: string, before: AgentId[] = []): AgentId[] {
  return [...before, parseAgentId(text)];
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 100) return count;
  throw new InvalidArgumentError('it is a number from 1 to 100');
}

/** One thing at a time. */
function checkUse(ids: readonly AgentId[], options: UpdateOptions): void {
  const { all, pause, resume, status, atOnce } = options;
  const asked = [ids.length > 0, all, pause, resume, status].filter((is) => is === true).length;
  const why =
    asked === 0
      ? 'say which agents, or --all; or one of --pause, --resume and --status'
      : asked > 1
        ? 'agents, --all, --pause, --resume and --status do not go together'
        : atOnce !== undefined && ids.length === 0 && all !== true
          ? '--at-once goes with agents or --all'
          : null;
  if (why !== null) throw new CliError(EXIT.wrongUse, why);
}

async function update(
  session: Session,
  ids: readonly AgentId[],
  { all, atOnce = 1, pause, resume, status }: UpdateOptions,
): Promise<void> {
  const { client, io, json } = session;
  if (status === true)
    return await show(session, await client.call(OPERATIONS['rollouts.get'], {}));
  if (pause === true)
    return await show(session, await client.call(OPERATIONS['rollouts.pause'], {}));
  const begun =
    resume === true
      ? await client.call(OPERATIONS['rollouts.resume'], {})
      : await client.call(OPERATIONS['rollouts.start'], {
          atOnce,
          ...(all !== true && { agents: [...ids] }),
        });
  if (begun.agents.length === 0 && !json)
    return await writeLine(io, `all agents have build ${begun.build}`);
  const ended = await watch(session, begun);
  if (json) await writeJson(io, ended);
  if (ended.state === 'stopped')
    throw new CliError(EXIT.failed, `the update stopped: ${ended.message ?? 'an agent failed'}`);
}

/** Prints what changes until it ends; answers with how it ended. */
async function watch(session: Session, begun: Rollout): Promise<Rollout> {
  const { io, client, address, json } = session;
  const told = new Map<AgentId, string>();
  if (begun.state !== 'running') return begun;
  if (!json) await writeLine(io, `updates to ${begun.version} (build ${begun.build})`);
  const { seq } = await client.call(OPERATIONS['snapshot.get'], {});
  for await (const rollout of followRollout(address, seq, io.stop)) {
    for (const row of rollout.agents) {
      if (json || row.state === 'waiting' || told.get(row.agentId) === row.state) continue;
      told.set(row.agentId, row.state);
      await writeLine(io, rowLine(io, row));
    }
    if (rollout.state !== 'running') return rollout;
  }
  // Ctrl-C: the update goes on without us.
  return await client.call(OPERATIONS['rollouts.get'], {});
}

type Row = Rollout['agents'][number];

const STYLES: Readonly<Record<Row['state'], Style>> = {
  waiting: 'gray',
  running: 'cyan',
  done: 'green',
  failed: 'red',
  skipped: 'yellow',
};

const COLUMNS: readonly Column<Row>[] = [
  { title: 'AGENT', value: ({ agentId }) => agentId },
  { title: 'UPDATE', value: ({ state }) => state },
  { title: 'WHY', value: ({ why }) => why ?? '' },
];

function rowLine(io: CliIo, { agentId, state, why }: Row): string {
  const label = paint(io, STYLES[state], state.padEnd(8));
  return `${agentId.padEnd(16)} ${label} ${safeLine(why ?? '')}`.trimEnd();
}

async function show({ io, json }: Session, rollout: Rollout): Promise<void> {
  if (json) return await writeJson(io, rollout);
  if (rollout.state === 'none') return await writeLine(io, 'nothing was updated yet');
  const { state, version, build, message } = rollout;
  await writeLine(io, `${paint(io, 'bold', state)}: ${version} (build ${build})`);
  if (message !== null) await writeLine(io, safeLine(message));
  if (rollout.agents.length > 0) await writeLine(io, table(io, COLUMNS, rollout.agents));
}
