/** A provider that a test plays by hand: each call is held until the test answers it, in the pieces that it likes. */
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../../support/loopback.ts';

export interface RawCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface RawApi {
  readonly url: string;
  /** The next call that comes, or came and was not taken. */
  next(): Promise<RawCall>;
  /** How many came in all. */
  count(): number;
  close(): Promise<void>;
}

export async function startRawApi(): Promise<RawApi> {
  const waiting: RawCall[] = [];
  const news = new EventEmitter();
  let count = 0;
  const server = createServer((request, response) => {
    request.resume();
    // Whether the key is good is asked when an account is added.
    if (request.method === 'GET') return void response.end('{"data":[]}');
    count += 1;
    waiting.push({ request, response });
    news.emit('call');
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    async next() {
      while (waiting.length === 0) await once(news, 'call');
      const call = waiting.shift();
      if (!call) throw new Error('nothing came');
      return call;
    },
    count: () => count,
    close,
  };
}
