/**
 * One installation or removal at a time: held by a socket that has no file (Linux, Windows), so that it is free the moment
 * its process is gone; elsewhere by a file with a process number.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { LockedError, takeLock } from '../lock.ts';
import type { Home } from './home.ts';
import { HostError } from './orders.ts';

export interface Exclusive {
  release(): Promise<void>;
}

/**
 * @param what for people who come too late: who does what
 * @throws HostError `host_busy`
 */
export async function holdHost(home: Home, what: string): Promise<Exclusive> {
  const place = placeOf(home);
  return place === null ? await holdFile(home) : await holdSocket(place, what);
}

function placeOf(home: Home): string | null {
  const id = createHash('sha256').update(home.dir).digest('hex').slice(0, 32);
  if (process.platform === 'linux') return `\0koubou-host-${id}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\koubou-host-${id}` : null;
}

async function holdSocket(place: string, what: string): Promise<Exclusive> {
  for (;;) {
    const server = await listenAt(place, what);
    if (server !== null) {
      return {
        async release() {
          server.close();
          await once(server, 'close');
        },
      };
    }
    const who = await askHolder(place);
    // Else it ended between the two.
    if (who !== null)
      throw new HostError('host_busy', `this host is busy: ${who}; try again later`);
  }
}

/** `null`: somebody else listens there. */
async function listenAt(place: string, what: string): Promise<Server | null> {
  const server = createServer((socket) => {
    // Whoever asks may be gone before the answer.
    socket.on('error', () => {});
    socket.end(what);
  });
  server.listen(place);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return null;
    throw error;
  }
}

/** Who holds it has so long to say so. */
const ANSWER_MS = 2_000;

async function askHolder(place: string): Promise<string | null> {
  const socket = connect(place);
  let isSilent = false;
  socket.setTimeout(ANSWER_MS, () => {
    isSilent = true;
    socket.destroy();
  });
  try {
    const who = await text(socket);
    return who === '' ? null : who.slice(0, 300);
  } catch {
    // It stands still: it is there all the same.
    if (isSilent) return 'another installation is under way';
    // Nobody is there any more.
    return null;
  }
}

async function holdFile(home: Home): Promise<Exclusive> {
  const folder = path.join(home.lock, 'host');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    return await takeLock(folder);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new HostError(
      'host_busy',
      'this host is busy: another installation is under way; try again later',
    );
  }
}
