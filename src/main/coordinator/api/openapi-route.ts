/** `/openapi.json`, for whoever may read: the document is made when it is first asked for. */
import type { FastifyInstance } from 'fastify';
import type { OpenApi } from './openapi.ts';

export const OPENAPI_PATH = '/openapi.json';

export function registerOpenApi(app: FastifyInstance, version: string): void {
  let made: Promise<OpenApi> | undefined;
  app.get(OPENAPI_PATH, async () => {
    made ??= import('./openapi.ts').then(({ openApi }) => openApi(version));
    return await made;
  });
}
