/** A server of updates for the test: a folder of packages with their signed feeds, on loopback. */
import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UPDATE_KEY, type BuiltPackage } from './machine.ts';

const SIGNER = path.resolve(import.meta.dirname, '../../scripts/package/feed.mjs');

export interface Publisher {
  /** With a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** @param packages the newest last */
export async function publish(...packages: readonly BuiltPackage[]): Promise<Publisher> {
  const folder = mkdtempSync(path.join(tmpdir(), 'koubou-feed-'));
  for (const { version, file } of packages) {
    symlinkSync(file, path.join(folder, path.basename(file)));
    const args = ['--version', version, '--channel', 'stable', '--key', UPDATE_KEY];
    execFileSync(process.execPath, [SIGNER, folder, ...args], { stdio: 'ignore' });
  }
  const server = createServer(({ url }, response) => {
    const file = path.join(folder, path.basename(url ?? ''));
    if (!existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-length': statSync(file).size });
    createReadStream(file).pipe(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens nowhere');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async close() {
      server.closeAllConnections();
      await promiseOfClose(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function promiseOfClose(server: ReturnType<typeof createServer>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}
