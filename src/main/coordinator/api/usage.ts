/** What was done and used, over the API: read from the sums of the hours, never from the log. */
import { USAGE_OPERATIONS } from '../../../shared/contract-usage.ts';
import type { Clock } from '../../../shared/clock.ts';
import { HOUR_MS } from '../../../shared/domain/usage.ts';
import { rejection } from '../../../shared/errors.ts';
import { forecast } from '../../../shared/prediction.ts';
import { fail, ok } from '../../../shared/result.ts';
import { added, MICROS, NO_AMOUNTS, told, tokensOf } from '../../../shared/usage.ts';
import { DAY_MS, daysOf, dayStart } from '../observe/days.ts';
import { rankUsage, totalOf } from '../observe/rank-usage.ts';
import type { LimitWatch } from '../observe/limit-watch.ts';
import type { RecentUsage } from '../observe/recent-usage.ts';
import type { UsageSums } from '../observe/usage-sums.ts';
import type { Journal } from '../journal/port.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

export interface UsageDeps {
  readonly usageSums: UsageSums;
  readonly clock: Pick<Clock, 'now'>;
  readonly recentUsage: RecentUsage;
  readonly limitWatch: Pick<LimitWatch, 'read'>;
  readonly calls: Journal['calls'];
}

type UsageRoutes = Pick<Routes, keyof typeof USAGE_OPERATIONS>;

const WEEK_MS = 7 * DAY_MS;
/** More pieces no chart shows. */
const MOST_PIECES = 400;
const MINUTES = { hour: 60, day: 24 * 60 } as const;

export function usageRoutes(deps: UsageDeps): UsageRoutes {
  const { usageSums, clock, recentUsage, limitWatch, calls } = deps;
  async function daysUntilNow(count: number, offset: number) {
    const now = clock.now();
    const first = dayStart(now, offset) - (count - 1) * DAY_MS;
    // The hour of now, too, and one more: an hour counts for the day in which it begins, which may be in the middle of one.
    const edges = range(Math.floor(first / HOUR_MS), Math.ceil(now / HOUR_MS) + 2);
    const hours = (await usageSums.read('all', edges)).flatMap((piece, index) =>
      piece.names.length === 0 ? [] : [{ ...totalOf(piece), hour: edges[index] ?? 0 }],
    );
    return daysOf(hours, { now, offset, count });
  }

  return {
    'stats.get': route(USAGE_OPERATIONS['stats.get'], async ({ days: count, offset }) => {
      const { days, today, usual } = await daysUntilNow(count, offset);
      return ok({
        days: days.map(({ at, amounts }) => ({ at, usage: told(amounts) })),
        today: told(today),
        usual: usual && told(usual),
      });
    }),
    'usage.get': route(USAGE_OPERATIONS['usage.get'], async ({ by, group, offset, ...asked }) => {
      const to = asked.to ?? clock.now();
      const from = asked.from ?? to - WEEK_MS;
      const size = MINUTES[by];
      const pieces = piecesBetween(from, to, size, by === 'day' ? offset : 0);
      if (!pieces) {
        const message = `"from" must lie before "to", by no more than ${MOST_PIECES} times one ${by}`;
        return fail(rejection('invalid_input', message));
      }
      const groups = rankUsage(await usageSums.read(group, pieces.edges));
      const total = groups.reduce((sum, one) => added(sum, one.total), NO_AMOUNTS);
      return ok({
        pieces: pieces.starts,
        groups: groups.map((one) => ({
          name: one.name,
          total: told(one.total),
          pieces: one.pieces.map(told),
        })),
        total: told(total),
      });
    }),
    'usage.prediction': route(USAGE_OPERATIONS['usage.prediction'], async ({ offset }) => {
      const now = clock.now();
      const endsAt = dayStart(now, offset) + DAY_MS;
      const { today } = await daysUntilNow(1, offset);
      const { from, tokens, costMicros } = recentUsage.read();
      const ahead = (endsAt - now) / recentUsage.stepMs;
      const cost = costMicros.map((micros) => micros / MICROS);
      return ok({
        endsAt,
        tokens: forecast(tokens, Math.max(0, tokensOf(today)), ahead),
        costUsd: forecast(cost, Math.max(0, today.costMicros / MICROS), ahead),
        recent: { from, stepMs: recentUsage.stepMs, tokens },
        ...limitWatch.read(),
      });
    }),
    'usage.calls': callsRoute(calls),
  };
}

function callsRoute(calls: UsageDeps['calls']): UsageRoutes['usage.calls'] {
  return route(USAGE_OPERATIONS['usage.calls'], ({ before, limit, trouble, ...filter }) => {
    const asked = { ...filter, trouble: trouble === 'true' };
    const { found, nextBefore } = calls.page(asked, { before, limit });
    const total = filter.task === undefined ? null : calls.ofTask(filter.task);
    return ok({ calls: [...found], nextBefore, total });
  });
}

interface Pieces {
  readonly starts: number[];
  /** The hours in which they begin, and the last one ends: an hour belongs to the piece in which it begins. */
  readonly edges: number[];
}

/** The pieces that `[from, to)` touches, whole; `null` when there are none, or too many. */
function piecesBetween(from: number, to: number, size: number, offset: number): Pieces | null {
  const sizeMs = size * 60_000;
  const shiftMs = -offset * 60_000;
  const first = Math.floor((from + shiftMs) / sizeMs);
  const end = Math.ceil((to + shiftMs) / sizeMs);
  if (from >= to || end - first > MOST_PIECES) return null;
  const all = range(first, end + 1).map((piece) => piece * sizeMs - shiftMs);
  return { starts: all.slice(0, -1), edges: all.map((at) => Math.ceil(at / HOUR_MS)) };
}

function range(from: number, end: number): number[] {
  return Array.from({ length: end - from }, (_, index) => from + index);
}
