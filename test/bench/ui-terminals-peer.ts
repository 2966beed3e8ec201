/** The peer of our consoles: a shell for each WebSocket, with nothing between them but a short brake. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { spawn } from '@lydell/node-pty';
import { WebSocketServer } from 'ws';

/** Pieces that the page has not digested yet; a terminal gives about 4 KB at once, so it is never far behind. */
const MOST_UNDER_WAY = 2;

export interface Peer {
  /** Where a page connects, with `cols` and `rows` in the query. Its path is nobody else's to guess. */
  readonly url: string;
  close(): void;
}

/** Text is typed into the shell; a binary message says that a piece was digested (`consoles/bare-terminal.tsx`). */
export async function openPeer(): Promise<Peer> {
  const place = `/${randomUUID()}`;
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: place });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the peer has no port');
  server.on('connection', (socket, { url = '' }) => {
    const { searchParams } = new URL(url, 'ws://peer');
    const [cols = 80, rows = 24] = ['cols', 'rows'].map((name) => Number(searchParams.get(name)));
    const pty = spawn('/bin/sh', [], { name: 'xterm-256color', cols, rows, encoding: null });
    let underWay = 0;
    pty.onData((bytes) => {
      socket.send(bytes, { binary: true });
      if (++underWay === MOST_UNDER_WAY) pty.pause();
    });
    socket.on('message', (data, isBinary) => {
      if (!isBinary) return pty.write(String(data));
      if (underWay-- === MOST_UNDER_WAY) pty.resume();
    });
    socket.on('close', () => pty.kill());
    pty.onExit(() => socket.terminate());
  });
  return {
    url: `ws://127.0.0.1:${address.port}${place}`,
    close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}
