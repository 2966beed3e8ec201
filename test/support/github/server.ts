/** The stand-in's port: takes each request to its door, lets faults happen, and keeps the log. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Refusal, refusal } from './answer.ts';
import { gitAnswer, isGitPath } from './doors/git.ts';
import { graphqlAnswer } from './doors/graphql.ts';
import { type House } from './doors/house.ts';
import { type Incoming, readBody, send } from './doors/http.ts';
import { restAnswer } from './doors/rest.ts';
import { signInAnswer } from './doors/sign-in.ts';
import { type Fault } from './faults.ts';
import { type Addresses } from './world.ts';

export interface Ports {
  readonly at: Addresses;
  /** Takes requests from now on. */
  serve(house: House): void;
  close(): Promise<void>;
}

/**
 * `enterprise`: everything under one address, REST below `/api/v3`. `github.com`: REST and GraphQL have an address of
 * their own, as api.github.com.
 */
export async function openPorts(style: 'enterprise' | 'github.com'): Promise<Ports> {
  const web = createServer();
  const api = style === 'github.com' ? createServer() : undefined;
  const webUrl = await listen(web);
  const apiUrl = api ? await listen(api) : `${webUrl}/api/v3`;
  const graphql = api ? `${apiUrl}/graphql` : `${webUrl}/api/graphql`;
  return {
    at: { web: webUrl, api: apiUrl, graphql },
    serve(house) {
      for (const server of [web, api]) {
        server?.on('request', (request, response) => {
          const work = handle(house, request, response).finally(() => house.running.delete(work));
          house.running.add(work);
        });
      }
    },
    async close() {
      await Promise.all([web, api].map(async (server) => server && stop(server)));
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

async function handle(
  house: House,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
  const method = request.method ?? 'GET';
  const incoming = { request, response, method, path: url.pathname, query: url.searchParams, url };
  const fault = house.faults.take(method, url.pathname + url.search);
  const door = doorOf(house, incoming);
  const note = (status: number, cost: number) => {
    house.requests.push({ door: door.name, method, path: url.pathname + url.search, status, cost });
  };
  try {
    if (fault && !fault.afterActing) {
      fail(incoming, fault, note);
    } else if (door.name === 'git') {
      // Git answers by itself, so that no answer of it is kept back.
      note(await gitAnswer(house, incoming), 0);
      fault?.onHit?.();
    } else {
      const { answer, cost } = await door.answer();
      if (fault) return fail(incoming, fault, note);
      note(answer.status, cost);
      send(incoming, answer);
    }
  } catch (error) {
    house.context.world.violations.push(`${method} ${url.pathname}: ${String(error)}`);
    note(500, 0);
    if (!response.headersSent) send(incoming, refusal(500, String(error)).answer);
  }
}

interface Door {
  name: string;
  answer(): Promise<{ answer: Refusal['answer']; cost: number }>;
}

function doorOf(house: House, incoming: Incoming): Door {
  const { at } = house.context.world;
  const here = `http://${incoming.request.headers.host ?? ''}${incoming.path}`;
  if (here === at.graphql) return { name: 'graphql', answer: () => graphqlAnswer(house, incoming) };
  if (here.startsWith(`${at.api}/`)) {
    const path = here.slice(at.api.length);
    return {
      name: 'rest',
      async answer() {
        const answer = await restAnswer(house, incoming, path);
        const isFree = answer.status === 304 || path === '/rate_limit';
        return { answer, cost: isFree ? 0 : 1 };
      },
    };
  }
  if (isGitPath(incoming.path)) {
    return { name: 'git', answer: () => Promise.reject(new Error('Git answers by itself.')) };
  }
  if (incoming.path.startsWith('/login/')) {
    return {
      name: 'sign-in',
      async answer() {
        const body = await readBody(incoming.request);
        const answer = signInAnswer(house.context.world, incoming.path, body);
        return { answer: answer ?? { status: 404, body: 'Not Found' }, cost: 0 };
      },
    };
  }
  const page = { status: 404, body: 'Not Found' };
  return { name: 'web', answer: () => Promise.resolve({ answer: page, cost: 0 }) };
}

function fail(
  incoming: Incoming,
  fault: Fault,
  note: (status: number, cost: number) => void,
): void {
  note(fault.status ?? 0, 0);
  incoming.request.resume();
  fault.onHit?.();
  // A client that waits in vain is let go when the stand-in closes.
  if (fault.hang) return;
  if (fault.drop || fault.status === undefined) return void incoming.request.socket.destroy();
  const { answer } = refusal(fault.status, FAULTS[fault.status] ?? 'Server Error');
  const { status } = answer;
  send(incoming, { status, body: fault.body ?? answer.body, headers: fault.headers ?? {} });
}

const FAULTS: Record<number, string> = {
  401: 'Bad credentials',
  403: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  404: 'Not Found',
  409: 'Conflict',
  422: 'Validation Failed',
  429: 'API rate limit exceeded',
};
