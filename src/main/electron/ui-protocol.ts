/** `app://ui`: the built user interface, from this program's own files and from nowhere else. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol, type ProtocolResponse } from 'electron';
import { fileOf } from './ui-file.ts';

export const UI_ORIGIN = 'app://ui';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

/** The page may talk to this machine's coordinator only. Mantine sets styles on elements. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  'connect-src http://127.0.0.1:* ws://127.0.0.1:*',
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = { 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' };
const NOT_FOUND = {
  statusCode: 404,
  data: Buffer.from('not found'),
  headers: { 'content-type': 'text/plain; charset=utf-8' },
};

/** Must run before the app is ready. */
export function registerUiScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/**
 * Serves `dir` under `app://ui`. Not by `protocol.handle`, which speaks in the terms of `fetch`: Electron would load Node's whole
 * HTTP client before the first file.
 */
export function serveUi(dir: string): void {
  protocol.registerBufferProtocol('app', (request, answer) => {
    void read(fileOf(dir, request.url)).then(answer);
  });
}

async function read(file: string | null): Promise<ProtocolResponse> {
  if (file === null) return NOT_FOUND;
  try {
    const data = await readFile(file);
    return { data, headers: { 'content-type': typeOf(file), ...HEADERS } };
  } catch {
    return NOT_FOUND;
  }
}

function typeOf(file: string): string {
  return TYPES[path.extname(file)] ?? 'application/octet-stream';
}
