/** A listener on the wire: passes bytes on, keeps what the client said, and cuts when told. */
import { once } from 'node:events';
import net from 'node:net';
import { portOf } from './fake-server.ts';

export interface Wire {
  readonly port: number;
  /** What the client said, one for each connection. */
  heard(): Buffer[];
  /** Called with how many bytes the client has said in all. */
  onData: ((bytes: number) => void) | undefined;
  /** Breaks every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** @param to a port on loopback */
export async function listenIn(to: number): Promise<Wire> {
  const heard: Buffer[][] = [];
  let bytes = 0;
  const sockets = new Set<net.Socket>();
  const proxy = net.createServer((client) => {
    const server = net.connect(to, '127.0.0.1');
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    const said: Buffer[] = [];
    heard.push(said);
    client.on('data', (chunk: Buffer) => {
      // Enough for a handshake; an upload would fill the memory.
      if (said.length < 50) said.push(chunk);
      bytes += chunk.length;
      wire.onData?.(bytes);
    });
    client.pipe(server).pipe(client);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const wire: Wire = {
    port: portOf(proxy),
    heard: () => heard.map((said) => Buffer.concat(said)),
    onData: undefined,
    cut,
    close: async () => {
      cut();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
  return wire;
}
