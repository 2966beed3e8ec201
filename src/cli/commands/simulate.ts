/** `koubou simulate`: a workshop in fast motion, before one believes in other agents, another strategy or other prices. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { OPERATIONS } from '../../shared/contract.ts';
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { Client } from '../client.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo, type Simulation } from '../io.ts';
import { count, stepTime, table } from '../print.ts';
import { openSession, withCommonOptions, type CommonOptions } from '../session.ts';

interface Options extends CommonOptions {
  readonly log?: boolean;
  readonly tasks: number;
  readonly seed: number;
  readonly load: number;
  readonly agents?: string;
  readonly strategy: string;
  readonly prices: ReadonlyMap<string, number>;
}

const MADE_AGENTS = '10';
const PAGE = 500;

export function addSimulateCommand(program: Command, io: CliIo): void {
  withCommonOptions(
    program
      .command('simulate')
      .description('see in advance how tasks would wait, with other agents, strategies or prices')
      .option('--log', "replay this workshop's own log instead of made work")
      .option('--tasks <count>', 'so many made tasks', whole, 1_000)
      .option('--seed <number>', 'the same number makes the same work', whole, 1)
      .option('--load <share>', 'made work over what all slots could do', positive, 0.8)
      .option(
        '--agents <count|file>',
        'so many made agents, or a JSON file with [{"name": …, "slots": …, "speed": …}]',
      )
      .option('--strategy <name>', 'how an agent is chosen', 'balanced')
      .option(
        '--prices <name=dollars,…>',
        'what an hour of one slot of an agent costs',
        prices,
        new Map<string, number>(),
      ),
  ).action(async (options: Options) => await simulate(io, options));
}

async function simulate(io: CliIo, options: Options): Promise<void> {
  const { tasks, seed, load, strategy, prices: given, json } = options;
  const client = options.log ? (await openSession(io, options)).client : null;
  const { runSimulation } = await io.simulator();
  const result = runSimulation({
    ...{ tasks, seed, load, strategy, prices: given },
    log: client && (await logOf(client)),
    agents: await agentsFor(io, options, client),
  });
  if (!result.ok) throw new CliError(EXIT.wrongUse, result.error);
  if (json) return await writeJson(io, result.value);
  await print(io, result.value);
}

async function logOf(client: Client): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  let after: number | null = 0;
  while (after !== null) {
    const page: { events: StoredEvent[]; nextAfter: number | null } = await client.call(
      OPERATIONS['events.list'],
      { after, limit: PAGE },
    );
    all.push(...page.events);
    after = page.nextAfter;
  }
  return all;
}

async function agentsFor(
  io: CliIo,
  { agents }: Options,
  client: Client | null,
): Promise<{ count: number } | { given: unknown }> {
  if (agents === undefined && client) {
    const own = (await client.call(OPERATIONS['agents.list'], {})).agents;
    if (own.length > 0) return { given: own.map(({ agent }) => facts(agent)) };
  }
  const asked = agents ?? MADE_AGENTS;
  if (/^[1-9]\d{0,3}$/.test(asked)) return { count: Number(asked) };
  const file = path.resolve(io.cwd, asked);
  try {
    return { given: JSON.parse(await readFile(file, 'utf8')) as unknown };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(EXIT.wrongUse, `cannot read the agents from ${file}: ${why}`);
  }
}

function facts(agent: {
  readonly id: string;
  readonly slots: number;
  readonly capabilities: {
    readonly tools: readonly { readonly name: string }[];
    readonly specialties: readonly string[];
  };
  readonly profile: { readonly specialties: readonly string[] };
}): unknown {
  const { id: name, slots, capabilities, profile } = agent;
  const specialties = [...new Set([...capabilities.specialties, ...profile.specialties])];
  return { name, slots, specialties, tools: capabilities.tools.map((tool) => tool.name) };
}

async function print(io: CliIo, { tasks, agents, slots, ways }: Simulation): Promise<void> {
  const of = `${count(tasks, 'task')} on ${count(agents, 'agent')} with ${count(slots, 'slot')}`;
  await writeLine(io, of);
  const rows = ways.flatMap(({ way, waits }) =>
    waits.flatMap((wait) => (wait.tasks === 0 ? [] : [{ way, ...wait }])),
  );
  type Row = (typeof rows)[number];
  await writeLine(
    io,
    table(
      io,
      [
        { title: 'CHOSEN BY', value: (row: Row) => row.way },
        { title: 'PRIORITY', value: (row: Row) => row.priority },
        { title: 'TASKS', value: (row: Row) => String(row.tasks) },
        { title: 'WAIT P50', value: (row: Row) => stepTime(row.p50) },
        { title: 'P95', value: (row: Row) => stepTime(row.p95) },
        { title: 'TARGET', value: (row: Row) => stepTime(row.target) },
        { title: 'WITHIN', value: (row: Row) => percent(row.inTarget) },
      ],
      rows,
    ),
  );
  type Way = (typeof ways)[number];
  await writeLine(
    io,
    table(
      io,
      [
        { title: 'CHOSEN BY', value: (way: Way) => way.way },
        { title: 'MEAN WAIT', value: (way: Way) => stepTime(way.meanWaitMs) },
        { title: 'USE', value: (way: Way) => percent(way.use.arriving) },
        { title: 'USE WHILE SOME WAIT', value: (way: Way) => percent(way.use.waiting) },
        { title: 'IN ALL', value: (way: Way) => stepTime(way.tookMs) },
        { title: 'COST', value: (way: Way) => `$${way.cost.toFixed(2)}` },
        { title: 'STOOD STILL', value: (way: Way) => String(way.yields) },
      ],
      ways,
    ),
  );
  const left = ways[0]?.left ?? 0;
  if (left > 0) await writeLine(io, `${count(left, 'task')} could be taken by none of the agents`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function whole(given: string): number {
  if (/^\d{1,7}$/.test(given)) return Number(given);
  throw new InvalidArgumentError('give a whole number');
}

function positive(given: string): number {
  const number = Number(given);
  if (number > 0 && number <= 100) return number;
  throw new InvalidArgumentError('give a number above 0, such as 0.8');
}

/** `alice=1.2,bob=0.4`. */
function prices(given: string): ReadonlyMap<string, number> {
  return new Map(
    given.split(',').map((part) => {
      const [, name, dollars] = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(part.trim()) ?? [];
      if (name === undefined) throw new InvalidArgumentError('written as alice=1.2,bob=0.4');
      return [name, Number(dollars)] as const;
    }),
  );
}
