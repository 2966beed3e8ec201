/** The built UI at `/`: files under a strict content security policy; paths of its own router get the index. */
import path from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // The component library sets its variables in style elements of its own.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Routes of the static files; they hold no secrets. */
export const UI_PATHS = ['/', '/*'] as const;

export interface Ui {
  /** True for an address of the UI's router: somebody opened or reloaded it in a browser. */
  answers(request: FastifyRequest): boolean;
  index(reply: FastifyReply): FastifyReply;
}

export async function registerUi(app: FastifyInstance, dir: string): Promise<Ui> {
  await app.register(staticFiles, {
    root: dir,
    cacheControl: false,
    setHeaders(response, file) {
      void response.header('content-security-policy', POLICY);
      void response.header('referrer-policy', 'no-referrer');
      void response.header('cross-origin-opener-policy', 'same-origin');
      // Names of assets carry a hash of their contents; the index does not.
      const hashed = path.basename(path.dirname(file)) === 'assets';
      void response.header(
        'cache-control',
        hashed ? 'public, max-age=31536000, immutable' : 'no-store',
      );
    },
  });
  return {
    answers: (request) =>
      request.method === 'GET' && (request.headers.accept ?? '').includes('text/html'),
    index: (reply) => reply.sendFile('index.html'),
  };
}
