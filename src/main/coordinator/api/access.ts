/** People over the API: who asks, and the tokens by which others come in. */
import { OPERATIONS } from '../../../shared/contract.ts';
import { ok } from '../../../shared/result.ts';
import type { People } from '../lan/people.ts';
import type { Links } from '../lan/links.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

export interface AccessDeps {
  readonly people: People;
  readonly links: Links;
  readonly settings: Pick<WorkshopSettings, 'current'>;
}

type AccessRoutes = Pick<Routes, Extract<keyof Routes, `access.${string}`>>;

export function accessRoutes({ people, links, settings }: AccessDeps): AccessRoutes {
  return {
    'access.me': route(OPERATIONS['access.me'], (_, { person }) => {
      const { role, access } = person ?? { role: 'admin' as const, access: null };
      return ok({ role, access, workshop: settings.current().workshop.name });
    }),
    'access.list': route(OPERATIONS['access.list'], () => ok({ access: people.list() })),
    'access.create': route(
      OPERATIONS['access.create'],
      async ({ link, ...about }, { actor }) => await links.create(about, link, actor),
    ),
    'access.revoke': route(
      OPERATIONS['access.revoke'],
      async ({ id }, { actor }) => await people.revoke(id, actor),
    ),
  };
}
