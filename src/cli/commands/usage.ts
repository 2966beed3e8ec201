/** `koubou usage`: what the last days used, and what today may come to. */
import type { Command } from 'commander';
import { OPERATIONS, type OutputOf } from '../../shared/contract.ts';
import type { Forecast } from '../../shared/prediction.ts';
import { tokensOf } from '../../shared/usage.ts';
import { writeJson, writeLine, type CliIo } from '../io.ts';
import { duration, table, type Column } from '../print.ts';
import { openSession, withCommonOptions, type CommonOptions } from '../session.ts';

type Day = OutputOf<'stats.get'>['days'][number];

export function addUsageCommand(program: Command, io: CliIo): void {
  withCommonOptions(
    program
      .command('usage')
      .description('what the last days used, and what today may come to')
      .option('--days <n>', 'so many days, today included', '7'),
  ).action(async (options: CommonOptions & { readonly days: string }) => {
    const { client, json } = await openSession(io, options);
    const offset = new Date().getTimezoneOffset();
    const days = Number(options.days);
    const stats = await client.call(OPERATIONS['stats.get'], { days, offset });
    const prediction = await client.call(OPERATIONS['usage.prediction'], { offset });
    if (json) return await writeJson(io, { ...stats, prediction });
    await writeLine(io, table(io, COLUMNS, stats.days));
    await writeLine(io, forecastLine(prediction.tokens, prediction.costUsd));
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

/** `2026-11-21`, of this machine's wall clock. */
function dayOf(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function forecastLine(tokens: Forecast, cost: Forecast): string {
  if (tokens.confidence === 'quiet') return 'nothing was used in the last two hours';
  const likely = tokens.confidence === 'low' ? 'perhaps' : 'about';
  const range = `${dollars(cost.low)} to ${dollars(cost.high)}`;
  return `today comes to ${likely} ${Math.round(tokens.expected)} tokens and ${dollars(cost.expected)} (${range}), if it goes on like the last two hours`;
}
