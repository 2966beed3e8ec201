/** What was done and used, over the API: read from the sums of the hours, never from the log. */
import { USAGE_OPERATIONS } from '../../../shared/contract-usage.ts';
import type { Clock } from '../../../shared/clock.ts';
import { HOUR_MS } from '../../../shared/domain/usage.ts';
import { rejection } from '../../../shared/errors.ts';
import { forecast } from '../../../shared/prediction.ts';
import { fail, ok } from '../../../shared/result.ts';
import { added, MICROS, NO_AMOUNTS, told, tokensOf, type Amounts } from '../../../shared/usage.ts';
import type { Journal } from '../journal/port.ts';
import { DAY_MS, daysOf, dayStart } from '../observe/days.ts';
import type { RecentUsage } from '../observe/recent-usage.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

export interface UsageDeps {
  readonly journal: Journal;
  readonly clock: Pick<Clock, 'now'>;
  readonly recentUsage: RecentUsage;
}

type UsageRoutes = Pick<Routes, keyof typeof USAGE_OPERATIONS>;

const WEEK_MS = 7 * DAY_MS;
/** More pieces no chart shows. */
const MOST_PIECES = 400;
/** More groups nobody tells apart; the rest is one. */
const MOST_GROUPS = 12;
const MINUTES = { hour: 60, day: 24 * 60 } as const;

export function usageRoutes({ journal, clock, recentUsage }: UsageDeps): UsageRoutes {
  function daysUntilNow(count: number, offset: number) {
    const now = clock.now();
    const first = dayStart(now, offset) - (count - 1) * DAY_MS;
    // One more: an hour counts for the day in which it begins, which it may do in the middle of one.
    const hours = journal.usage.hours(Math.floor(first / HOUR_MS), Math.ceil(now / HOUR_MS) + 1);
    return daysOf(hours, { now, offset, count });
  }

  return {
    'stats.get': route(USAGE_OPERATIONS['stats.get'], ({ days: count, offset }) => {
      const { days, today, usual } = daysUntilNow(count, offset);
      return ok({
        days: days.map(({ at, amounts }) => ({ at, usage: told(amounts) })),
        today: told(today),
        usual: usual && told(usual),
      });
    }),
    'usage.get': route(USAGE_OPERATIONS['usage.get'], ({ by, group, offset, ...range }) => {
      const to = range.to ?? clock.now();
      const from = range.from ?? to - WEEK_MS;
      const size = MINUTES[by];
      const pieces = piecesBetween(from, to, size, by === 'day' ? offset : 0);
      if (!pieces) {
        const message = `"from" must lie before "to", by no more than ${MOST_PIECES} times one ${by}`;
        return fail(rejection('invalid_input', message));
      }
      const rows = journal.usage.pieces(group, pieces.hours, { shift: pieces.shift, size });
      const groups = ranked(rows, pieces);
      const total = groups.reduce((sum, one) => added(sum, one.total), NO_AMOUNTS);
      return ok({
        pieces: pieces.starts,
        groups: groups.map((one) => ({
          name: one.name,
          total: told(one.total),
          pieces: one.amounts.map(told),
        })),
        total: told(total),
      });
    }),
    'usage.prediction': route(USAGE_OPERATIONS['usage.prediction'], ({ offset }) => {
      const now = clock.now();
      const endsAt = dayStart(now, offset) + DAY_MS;
      const { today } = daysUntilNow(1, offset);
      const { from, tokens, costMicros } = recentUsage.read();
      const ahead = (endsAt - now) / recentUsage.stepMs;
      const cost = costMicros.map((micros) => micros / MICROS);
      return ok({
        endsAt,
        tokens: forecast(tokens, Math.max(0, tokensOf(today)), ahead),
        costUsd: forecast(cost, Math.max(0, today.costMicros / MICROS), ahead),
        recent: { from, stepMs: recentUsage.stepMs, tokens },
      });
    }),
  };
}

interface Pieces {
  /** Numbers of the first and last piece, counted from the epoch. */
  readonly first: number;
  readonly starts: number[];
  readonly hours: { readonly from: number; readonly to: number };
  readonly shift: number;
}

/** The pieces that `[from, to)` touches, whole; `null` when there are none, or too many. */
function piecesBetween(from: number, to: number, size: number, offset: number): Pieces | null {
  const sizeMs = size * 60_000;
  const shiftMs = -offset * 60_000;
  const first = Math.floor((from + shiftMs) / sizeMs);
  const end = Math.ceil((to + shiftMs) / sizeMs);
  if (from >= to || end - first > MOST_PIECES) return null;
  const startOf = (piece: number): number => piece * sizeMs - shiftMs;
  return {
    first,
    starts: Array.from({ length: end - first }, (_, index) => startOf(first + index)),
    // An hour belongs to the piece in which it begins.
    hours: {
      from: Math.ceil(startOf(first) / HOUR_MS),
      to: Math.ceil(startOf(end) / HOUR_MS),
    },
    shift: -offset,
  };
}

interface Group {
  readonly name: string | null;
  readonly total: Amounts;
  readonly amounts: readonly Amounts[];
}

type Row = Amounts & { readonly piece: number; readonly name: string };

function ranked(rows: readonly Row[], { first, starts }: Pieces): Group[] {
  const found = new Map<string, { total: Amounts; amounts: Amounts[] }>();
  for (const { piece, name, ...amounts } of rows) {
    let group = found.get(name);
    if (!group) {
      group = { total: NO_AMOUNTS, amounts: starts.map(() => NO_AMOUNTS) };
      found.set(name, group);
    }
    group.total = added(group.total, amounts);
    group.amounts[piece - first] = added(group.amounts[piece - first] ?? NO_AMOUNTS, amounts);
  }
  const all = [...found]
    .map(([name, group]): Group => ({ name, ...group }))
    .toSorted((a, b) => weightOf(b.total) - weightOf(a.total));
  const rest = all.slice(MOST_GROUPS);
  return rest.length === 0 ? all : [...all.slice(0, MOST_GROUPS), together(rest, starts.length)];
}

/** Tokens first; what uses none ranks by its time at work. */
function weightOf(amounts: Amounts): number {
  return tokensOf(amounts) + amounts.busyMs / DAY_MS;
}

function together(groups: readonly Group[], count: number): Group {
  return {
    name: null,
    total: groups.reduce((sum, { total }) => added(sum, total), NO_AMOUNTS),
    amounts: Array.from({ length: count }, (_, index) =>
      groups.reduce((sum, { amounts }) => added(sum, amounts[index] ?? NO_AMOUNTS), NO_AMOUNTS),
    ),
  };
}
