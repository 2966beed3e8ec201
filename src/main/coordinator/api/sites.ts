/** A queue that several coordinators share, over the API: where it is, and moving it. */
import { OPERATIONS } from '../../../shared/contract.ts';
import type { SITE_OPERATIONS } from '../../../shared/contract-sites.ts';
import { ok } from '../../../shared/result.ts';
import type { Sites } from '../sites/sites.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

export interface SiteRouteDeps {
  readonly sites: Pick<Sites, 'status' | 'move'>;
}

type SiteRoutes = Pick<Routes, keyof typeof SITE_OPERATIONS>;

export function siteRoutes({ sites }: SiteRouteDeps): SiteRoutes {
  return {
    'queue.engine': route(OPERATIONS['queue.engine'], async () => ok(await sites.status())),
    'queue.move': route(OPERATIONS['queue.move'], async ({ to }) => await sites.move(to)),
  };
}
