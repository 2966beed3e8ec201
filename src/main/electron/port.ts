/** The port of the coordinator: the usual one, or a free one when another program has it. */
import { once } from 'node:events';
import { createServer } from 'node:net';

export const USUAL_PORT = 8080;

/** True when nobody on this machine listens on `port` of the loopback address. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
