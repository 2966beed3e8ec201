/** The queue, put together: what waits here, whoever else takes from it, and how much may wait. */
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Conditions } from './conditions.ts';
import type { OpenJournal } from './journal/open.ts';
import { createEmbeddedQueue } from './queue/embedded.ts';
import type { ReadyQueue } from './queue/port.ts';
import { openFlow, type Flow } from './scheduler/flow.ts';
import type { WorkshopSettings } from './settings/settings.ts';
import { openSites, type Sites } from './sites/sites.ts';

export interface QueueDeps {
  readonly opened: OpenJournal;
  readonly settings: WorkshopSettings;
  readonly conditions: Conditions;
  readonly secret: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What `koubou serve` was given; `null`: as the settings say. */
  readonly given: { readonly address: string | null; readonly site: string | null };
}

export interface OpenQueue {
  readonly queue: ReadyQueue;
  /** Everybody else is to have this journal: it refuses to create more tasks than may wait. */
  readonly journal: OpenJournal;
  readonly flow: Flow;
  readonly sites: Sites;
}

/** Resolves when it is known what others took over meanwhile; the error is a text for people. */
export async function openQueue(deps: QueueDeps): Promise<Result<OpenQueue, string>> {
  const { opened, settings, clock, given } = deps;
  const { address, site } = settings.current().queue;
  const sites = await openSites({
    ...deps,
    journal: opened,
    embedded: createEmbeddedQueue(opened.db),
    address: given.address ?? address,
    name: given.site ?? site,
    hostname: hostname(),
    keep: (to) => (to === settings.current().queue.address ? ok(undefined) : keep(settings, to)),
  });
  if (!sites.ok) return sites;
  const { queue } = sites.value;
  const open = openFlow({ journal: opened, queue, settings, clock });
  return ok({ queue, sites: sites.value, ...open });
}

function keep(settings: WorkshopSettings, to: string): Result<unknown> {
  const { etag } = settings.view();
  return settings.save(etag, { set: { 'queue.address': to }, unset: [] });
}
