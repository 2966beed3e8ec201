/** The log over the API as people look into it: backwards with filters, event by event, and as a file that is streamed. */
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { AuditFilter } from '../../../shared/contract-audit.ts';
import { OPERATIONS } from '../../../shared/contract.ts';
import { rejection } from '../../../shared/errors.ts';
import { fail, ok } from '../../../shared/result.ts';
import type { LogSearch } from '../audit/search.ts';
import { invalidInput, sendRejection } from './answer.ts';
import { fieldsOf, urlOf, type Routes } from './rest.ts';
import { route } from './route.ts';

export interface AuditDeps {
  readonly search: LogSearch;
}

type AuditRoutes = Pick<Routes, 'audit.list' | 'audit.event'>;

const EXPORT = OPERATIONS['audit.export'];
/** Lines of the file made before others may work. */
const MOST_LINES = 500;

export function auditRoutes({ search }: AuditDeps): AuditRoutes {
  return {
    'audit.list': route(OPERATIONS['audit.list'], ({ before, after, limit, ...filter }) => {
      const { found, nextBefore, lookedTo } = search.page(filter, { before, after, limit });
      return ok({ events: found.map(({ stored }) => stored), nextBefore, lookedTo });
    }),
    'audit.event': route(OPERATIONS['audit.event'], ({ id }) => {
      const event = search.event(id);
      if (!event) return fail(rejection('not_found', `the log has no event ${id}`));
      const { stored, body, hash, previous } = event;
      return ok({ event: stored, body, hash, previous });
    }),
  };
}

export function registerAuditExport(app: FastifyInstance, { search }: AuditDeps): void {
  app.get(urlOf(EXPORT.path), async (request, reply) => {
    const fields = fieldsOf(request);
    if (!fields.ok) return sendRejection(reply, fields.error);
    const input = EXPORT.input.safeParse(fields.value);
    if (!input.success) return sendRejection(reply, invalidInput(input.error));
    void reply.type('application/x-ndjson; charset=utf-8');
    return reply.send(Readable.from(linesOf(search, input.data)));
  });
}

/** What is committed meanwhile is not in it. */
async function* linesOf(search: LogSearch, filter: AuditFilter): AsyncGenerator<string> {
  let before: number | null | undefined;
  while (before !== null) {
    const page = search.page(filter, { before, after: 0, limit: MOST_LINES });
    yield page.found.map(({ stored, hash }) => `${JSON.stringify({ ...stored, hash })}\n`).join('');
    before = page.nextBefore;
    await nextTurn();
  }
}
