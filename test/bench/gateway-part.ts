/** One side of `gateway.ts` in a process of its own: the provider, our gateway, or a plain proxy. Says its address, and ends with its parent. */
import { once } from 'node:events';
import { Agent, createServer, type Server, type ServerResponse } from 'node:http';
import { createProxyServer } from 'http-proxy-3';
import { openStage } from '../contract/gateway/stage.ts';

const [, , role = '', upstream = ''] = process.argv;
/** Enough that no call waits for its turn: what is measured is the way, not the limits. */
const ACCOUNTS = 16;

const said =
  role === 'provider' ? await provide() : role === 'gateway' ? await gateway() : await proxy();
process.send?.(said);
// What stays when everything that is not needed has gone, and what the process has taken from the system.
process.on('message', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ heapUsed, external });
});
process.once('disconnect', () => process.exit(0));

async function provide(): Promise<{ url: string }> {
  const server = createServer((request, response) => {
    request.resume();
    const wanted = new URL(request.url ?? '/', 'http://provider').searchParams;
    request.once('end', () => {
      if (request.method === 'GET') return void response.end('{"data":[]}');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const bytes = Number(wanted.get('bytes') ?? 0);
      if (bytes > 0) return pour(response, bytes);
      drip(response, Number(wanted.get('events') ?? 1), Number(wanted.get('pause') ?? 0));
    });
  });
  return { url: await listening(server) };
}

/** Each event says when it was sent, on the clock that all processes of a machine share. */
function drip(response: ServerResponse, events: number, pauseMs: number): void {
  const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'w' } };
  const text = `event: content_block_delta\ndata: ${JSON.stringify(delta).slice(0, -1)}`;
  response.write(`${text},"at":${process.hrtime.bigint()}}\n\n`);
  if (events > 1) setTimeout(() => drip(response, events - 1, pauseMs), pauseMs);
  else response.end('event: message_stop\ndata: {"type":"message_stop"}\n\n');
}

function pour(response: ServerResponse, bytes: number): void {
  const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '' } };
  delta.delta.text = 'a word or two of an answer, as models stream them. ';
  const piece = Buffer.from(
    `event: content_block_delta\ndata: ${JSON.stringify(delta)}\n\n`.repeat(100),
  );
  let left = bytes;
  const more = (): void => {
    while (left > 0) {
      left -= piece.length;
      if (!response.write(piece)) return void response.once('drain', more);
    }
    response.end('event: message_stop\ndata: {"type":"message_stop"}\n\n');
  };
  more();
}

async function gateway(): Promise<{ url: string; key: string }> {
  const stage = await openStage();
  process.once('disconnect', () => void stage.close());
  for (let n = 0; n < ACCOUNTS; n += 1) await stage.addAccount('anthropic', upstream, `key-${n}`);
  return { url: `${stage.url}/models/anthropic`, key: stage.key };
}

async function proxy(): Promise<{ url: string }> {
  const agent = new Agent({ keepAlive: true });
  const passing = createProxyServer({ target: upstream, agent });
  return {
    url: await listening(createServer((request, response) => passing.web(request, response))),
  };
}

async function listening(server: Server): Promise<string> {
  // The plain proxy ends over a kept connection that is closed at the moment when it is used again.
  server.keepAliveTimeout = 10 * 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}
