/** Consoles over the API. Their bytes go over `/ws`, see `console-client.ts`. */
import { OPERATIONS } from '../../../shared/contract.ts';
import { ok } from '../../../shared/result.ts';
import type { Consoles } from '../fleet/consoles/port.ts';
import type { Journal } from '../journal/port.ts';
import type { Recordings } from '../terminal/port.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';
import { existing } from './existing.ts';

export interface ConsoleDeps {
  readonly consoles: Consoles;
  readonly journal: Journal;
  readonly recordings: Pick<Recordings, 'takeOvers'>;
}

type ConsoleRoutes = Pick<Routes, Extract<keyof Routes, `consoles.${string}`>>;

export function consoleRoutes({ consoles, journal, recordings }: ConsoleDeps): ConsoleRoutes {
  return {
    'consoles.take_over': route(
      OPERATIONS['consoles.take_over'],
      async ({ id, kind, ...size }, { actor }) => await consoles.takeOver(id, kind, size, actor),
    ),
    'consoles.hand_back': route(OPERATIONS['consoles.hand_back'], ({ id }, { actor }) =>
      consoles.handBack(id, actor),
    ),
    'consoles.shell': route(
      OPERATIONS['consoles.shell'],
      async ({ id, ...size }, { actor }) => await consoles.shell(id, size, actor),
    ),
    'consoles.recorded': route(OPERATIONS['consoles.recorded'], ({ id }) => {
      const task = existing(journal, id);
      if (!task.ok) return task;
      const attempts = journal.attemptsOf(id);
      return ok({ takeOvers: attempts.flatMap((one) => recordings.takeOvers.list(one.id)) });
    }),
    'consoles.list': route(OPERATIONS['consoles.list'], () => ok({ consoles: consoles.list() })),
    'consoles.close': route(OPERATIONS['consoles.close'], ({ id }, { actor }) =>
      consoles.close(id, actor),
    ),
  };
}
