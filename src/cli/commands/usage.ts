/** `koubou usage`: what the last days used and by what, how limits and budgets stand, and what may come of it. */
import { Option, type Command } from 'commander';
import { USAGE_GROUPS, type BudgetOutlook, type UsageGroup } from '../../shared/contract-usage.ts';
import { OPERATIONS, type OutputOf } from '../../shared/contract.ts';
import type { Confidence, Forecast } from '../../shared/prediction.ts';
import { tokensOf } from '../../shared/usage.ts';
import { writeJson, writeLine, type CliIo } from '../io.ts';
import { duration, paint, table, type Column } from '../print.ts';
import { openSession, withCommonOptions, type CommonOptions } from '../session.ts';

type Day = OutputOf<'stats.get'>['days'][number];
type Group = OutputOf<'usage.get'>['groups'][number];

interface UsageOptions extends CommonOptions {
  readonly days: string;
  readonly by: UsageGroup;
}

const DAY_MS = 86_400_000;

export function addUsageCommand(program: Command, io: CliIo): void {
  withCommonOptions(
    program
      .command('usage')
      .description('what the last days used and by what, how limits stand, what may come of it')
      .option('--days <n>', 'so many days, today included', '7')
      .addOption(
        new Option('--by <what>', 'what used it').choices([...USAGE_GROUPS]).default('engine'),
      ),
  ).action(async (options: UsageOptions) => {
    const { client, json } = await openSession(io, options);
    const { by } = options;
    const offset = new Date().getTimezoneOffset();
    const days = Number(options.days);
    const stats = await client.call(OPERATIONS['stats.get'], { days, offset });
    const prediction = await client.call(OPERATIONS['usage.prediction'], { offset });
    const from = stats.days[0]?.at ?? prediction.endsAt - DAY_MS;
    const asked = { from, to: prediction.endsAt, by: 'day', group: by, offset } as const;
    const { groups } = await client.call(OPERATIONS['usage.get'], asked);
    const { accounts } = await client.call(OPERATIONS['accounts.list'], {});
    const names = new Map<string, string>(accounts.map(({ id, name }) => [id, name]));
    if (json) return await writeJson(io, { ...stats, by, groups, prediction });
    await writeLine(io, table(io, COLUMNS, stats.days));
    await writeLine(io, forecastLine(prediction.tokens, prediction.costUsd));
    if (groups.length > 0) await writeLine(io, `\n${table(io, groupColumns(by, names), groups)}`);
    const rows = rowsOf(prediction, names);
    if (rows.length > 0) await writeLine(io, `\n${table(io, limitColumns(io), rows)}`);
  });
}

const COLUMNS: readonly Column<Day>[] = [
  { title: 'DAY', value: ({ at }) => dayOf(at) },
  { title: 'CREATED', value: ({ usage }) => String(usage.created) },
  { title: 'MERGED', value: ({ usage }) => String(usage.completed) },
  { title: 'FAILED', value: ({ usage }) => String(usage.failed) },
  { title: 'ATTEMPTS', value: ({ usage }) => String(usage.attempts) },
  { title: 'AT WORK', value: ({ usage }) => duration(usage.busyMs) },
  { title: 'TOKENS', value: ({ usage }) => String(tokensOf(usage)) },
  { title: 'COST', value: ({ usage }) => dollars(usage.costUsd) },
];

function groupColumns(by: UsageGroup, names: ReadonlyMap<string, string>): Column<Group>[] {
  const nameOf = ({ name }: Group): string =>
    name === null ? '(others)' : name === '' ? '(none)' : (names.get(name) ?? name);
  const attempts: Column<Group> = {
    title: 'ATTEMPTS',
    value: ({ total }) => String(total.attempts),
  };
  return [
    { title: by.toUpperCase(), value: nameOf },
    // One attempt may be spoken for by several.
    ...(by === 'account' || by === 'model' ? [] : [attempts]),
    { title: 'TOKENS', value: ({ total }) => String(tokensOf(total)) },
    { title: 'FROM CACHE', value: ({ total }) => String(total.cachedInputTokens) },
    { title: 'COST', value: ({ total }) => dollars(total.costUsd) },
  ];
}

interface LimitRow {
  readonly name: string;
  readonly of: string;
  /** 0 to 1, or more. */
  readonly share: number;
  readonly resetAt: number | null;
  readonly reachesAt: number | null;
  readonly confidence: Confidence;
}

function rowsOf(
  { limits, budgets }: OutputOf<'usage.prediction'>,
  names: ReadonlyMap<string, string>,
): LimitRow[] {
  return [
    ...limits.map(({ accountId, window, used, ...rest }) => ({
      ...{ name: names.get(accountId) ?? accountId, of: window, share: used },
      ...rest,
    })),
    ...budgets.map((budget) => ({
      ...budget,
      ...{ name: 'budget', of: budgetName(budget), share: budget.used / (budget.limit || 1) },
    })),
  ];
}

function budgetName({ scope, name, unit, limit }: BudgetOutlook): string {
  const of = scope === 'day' ? 'day' : name;
  return `${of}, ${unit === 'usd' ? dollars(limit) : `${limit} tokens`}`;
}

const BAR = 20;

function limitColumns(io: CliIo): Column<LimitRow>[] {
  const bar = ({ share }: LimitRow): string => {
    const full = Math.round(Math.min(1, share) * BAR);
    return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(Math.round(share * 100)).padStart(3)} %`;
  };
  return [
    { title: 'ACCOUNT', value: ({ name }) => name },
    { title: 'LIMIT', value: ({ of }) => of },
    {
      title: 'USED',
      value: bar,
      style: ({ share }, text) =>
        share >= 0.9 ? paint(io, 'red', text) : share >= 0.8 ? paint(io, 'yellow', text) : text,
    },
    { title: 'BEGINS ANEW', value: ({ resetAt }) => (resetAt === null ? '-' : timeOf(resetAt)) },
    { title: 'REACHED', value: reached },
  ];
}

const SURE: Readonly<Record<Confidence, string>> = {
  good: 'sure',
  fair: 'fairly sure',
  low: 'a guess',
  quiet: '',
};

function reached({ reachesAt, share, confidence }: LimitRow): string {
  if (share >= 1) return 'now';
  return reachesAt === null ? '-' : `${timeOf(reachesAt)}, ${SURE[confidence]}`;
}

/** `14:20` today, else with its day; of this machine's wall clock. */
function timeOf(at: number): string {
  const date = new Date(at);
  const time = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
  return dayOf(at) === dayOf(Date.now()) ? time : `${dayOf(at)} ${time}`;
}

/** `2026-11-21`, of this machine's wall clock. */
function dayOf(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function forecastLine(tokens: Forecast, cost: Forecast): string {
  if (tokens.confidence === 'quiet')
    return 'too little was used in the last two hours to say what today comes to';
  const likely = tokens.confidence === 'low' ? 'perhaps' : 'about';
  const range = `${dollars(cost.low)} to ${dollars(cost.high)}`;
  return `today comes to ${likely} ${Math.round(tokens.expected)} tokens and ${dollars(cost.expected)} (${range}), if it goes on like the last two hours`;
}
