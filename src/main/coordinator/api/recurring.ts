/** Recurring tasks over the API: their pattern and times are read and refused here, before anything is stored. */
import { OPERATIONS, type ParsedInputOf } from '../../../shared/contract.ts';
import type { RecurringShown } from '../../../shared/contract-making.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Recurring } from '../../../shared/domain/recurring.ts';
import { rejection } from '../../../shared/errors.ts';
import type { RecurringId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Forge } from '../forge/port.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import { readTimes } from '../scheduler/cron.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import { enginesOf, madeBy, orderFor, type Order } from './orders.ts';
import type { Routes } from './rest.ts';
import { route, type RequestContext } from './route.ts';

export interface RecurringRouteDeps {
  readonly journal: Journal;
  readonly forge: Pick<Forge, 'inspect'>;
  readonly settings: Pick<WorkshopSettings, 'current'>;
  readonly supply: Pick<ModelSupply, 'of'>;
  readonly clock: Clock;
}

type RecurringRoutes = Pick<Routes, Extract<keyof Routes, `recurring.${string}`>>;

const SHOWN_TIMES = 3;

export function recurringRoutes(deps: RecurringRouteDeps): RecurringRoutes {
  const { journal, clock } = deps;
  const show = (recurring: Recurring): RecurringShown => shown(recurring, clock.now());
  return {
    'recurring.list': route(OPERATIONS['recurring.list'], () =>
      ok({ recurring: journal.recurrings().map(show) }),
    ),
    'recurring.get': route(OPERATIONS['recurring.get'], ({ id }) => {
      const found = existing(journal, id);
      return found.ok ? ok(show(found.value)) : found;
    }),
    'recurring.save': route(OPERATIONS['recurring.save'], async (input, context) => {
      const saved = await save(deps, input, context);
      return saved.ok ? ok(show(saved.value)) : saved;
    }),
    'recurring.remove': route(
      OPERATIONS['recurring.remove'],
      async ({ id }, { actor, receipt }) => {
        const result = await journal.submit({ type: 'recurring.remove', id }, { actor, receipt });
        return result.ok ? ok({ removed: id }) : result;
      },
    ),
    'recurring.run': route(OPERATIONS['recurring.run'], async ({ id }, { actor, receipt }) => {
      const fire = { type: 'recurring.fire', id, at: clock.now(), nextAt: null } as const;
      const result = await journal.submit({ ...fire, byHand: true }, { actor, receipt });
      if (!result.ok) return result;
      const [task] = madeBy(journal, result.value);
      return task ? ok(task) : fail(rejection('internal', `${id} made no task`));
    }),
  };
}

async function save(
  { journal, forge, settings, supply, clock }: RecurringRouteDeps,
  { id, cron, timeZone, task, overlap, isOn }: ParsedInputOf<'recurring.save'>,
  { actor, receipt }: RequestContext,
): Promise<Result<Recurring>> {
  const times = readTimes(cron, timeZone);
  if (!times.ok) return times;
  const [nextAt = null] = times.value.next(1, clock.now());
  if (nextAt === null) {
    const message = `cron: "${cron}" never comes: there is no such day`;
    return fail(rejection('invalid_input', message, { fields: [{ path: 'cron', message }] }));
  }
  const about = { engines: enginesOf(settings), supply };
  const order = await orderFor(journal, forge, { ...task, after: [] }, about);
  if (!order.ok) return order;
  const result = await journal.submit(
    {
      ...{ type: 'recurring.save', id, cron, timeZone, overlap, isOn, nextAt },
      pattern: patternOf(order.value),
    },
    { actor, receipt },
  );
  if (!result.ok) return result;
  const saved = result.value.events.find(({ event }) => event.type === 'recurring.saved')?.event;
  if (saved?.type !== 'recurring.saved')
    throw new Error('recurring.save was committed without recurring.saved');
  return ok(saved.recurring);
}

/** What of an order is the same each time; the rest of it is empty here. */
function patternOf(order: Order): Recurring['pattern'] {
  const { title, body, repo, priority, engine, localOnly, needs } = order;
  const { specialty, security, location, concurrency } = order;
  return {
    ...{ title, body, repo, priority, engine, needs },
    ...(localOnly === true && { localOnly }),
    ...(specialty && { specialty }),
    ...(security && { security }),
    ...(location !== undefined && { location }),
    ...(concurrency && { concurrency }),
  };
}

function shown(recurring: Recurring, now: number): RecurringShown {
  const times = readTimes(recurring.cron, recurring.timeZone);
  // A time zone that this build does not know any more has no times.
  return { recurring, next: times.ok ? times.value.next(SHOWN_TIMES, now) : [] };
}

function existing(journal: Journal, id: RecurringId): Result<Recurring> {
  const found = journal.recurring(id);
  if (found) return ok(found);
  return fail(
    rejection('not_found', `there is no ${id}; "koubou recurring list" shows them`, { id }),
  );
}
