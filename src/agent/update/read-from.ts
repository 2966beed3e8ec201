/** Reads executables from the coordinator, from any byte on, as the agent that we are. */
import { request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { AGENT_HEADER } from '../../shared/protocol/agent.ts';
import type { AgentConfig } from '../config.ts';
import { accessOf } from '../identity/access.ts';
import type { ReadFrom } from './fetch-build.ts';
import { UpdateError } from './orders.ts';

/** A line that is silent for so long is given up, ms. */
const SILENT_MS = 20_000;

export function createReader(config: AgentConfig): ReadFrom {
  const { coordinator, agentId } = config;
  const access = accessOf(config);
  const request = coordinator.startsWith('https:') ? tlsRequest : plainRequest;
  return async (place, from, signal) => {
    const shown = access();
    const headers = {
      ...('headers' in shown && shown.headers),
      [AGENT_HEADER]: agentId,
      ...(from > 0 && { range: `bytes=${from}-` }),
    };
    const more = { headers, signal, timeout: SILENT_MS, agent: false };
    const asked = request(new URL(place, coordinator), { ...shown, ...more });
    asked.once('timeout', () => asked.destroy(new Error('the coordinator is silent')));
    asked.end();
    const response = await answerTo(asked);
    const { statusCode = 0 } = response;
    // All of it is there already.
    if (statusCode === 416) return emptied(response);
    if (statusCode === (from > 0 ? 206 : 200)) return response;
    const said = (await text(response)).trim().slice(0, 300);
    const why = `the coordinator answers ${statusCode} instead of the new build: ${said}`;
    throw statusCode >= 500 ? new Error(why) : new UpdateError(why);
  };
}

async function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.once('response', resolve).once('error', reject);
  return await promise;
}

function emptied(response: IncomingMessage): AsyncIterable<Buffer> {
  response.resume();
  return (async function* nothing() {})();
}
