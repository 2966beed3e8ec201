/** Headers on their way through the relay: those of a single connection stay behind, and keys are exchanged. Pure. */
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { TroubleClass } from '../../shared/domain/engine-trouble.ts';
import { headersToPass } from '../../shared/model-http.ts';
import { TROUBLE_HEADER, TROUBLE_UNTIL_HEADER } from '../../shared/models.ts';
import { PASSES_SOON } from './refusals.ts';
import { troubleIn } from './troubles.ts';

const OF_THE_RELAY: ReadonlySet<string> = new Set([
  ...['host', 'x-api-key', 'authorization', 'cookie', 'expect'],
]);
const FOR_THE_RELAY: ReadonlySet<string> = new Set([TROUBLE_HEADER, TROUBLE_UNTIL_HEADER]);

/** @param key what the coordinator is shown */
export function requestHeaders(headers: IncomingHttpHeaders, key: string): OutgoingHttpHeaders {
  return { ...headersToPass(headers, (name) => OF_THE_RELAY.has(name)), 'x-api-key': key };
}

/** Only a person helps here. */
const FOR_PEOPLE: ReadonlySet<TroubleClass | null> = new Set(['sign_in_expired', 'budget_spent']);

/**
 * As what the engine sees it: why it was refused is remembered here. Some engines ask for minutes all the same, whatever they
 * are told, unless it is their own fault.
 */
export function statusFor(answer: IncomingMessage): number {
  const trouble = troubleIn(answer);
  const isInVain = trouble !== null && answer.headers['x-should-retry'] === 'false';
  return isInVain || FOR_PEOPLE.has(trouble) ? 400 : (answer.statusCode ?? 502);
}

/** With word for the engine when it would only lose time by asking again. */
export function answersHeaders(answer: IncomingMessage): OutgoingHttpHeaders {
  const trouble = troubleIn(answer);
  const kept = headersToPass(answer.headers, (name) => FOR_THE_RELAY.has(name));
  if (trouble === null || PASSES_SOON.has(trouble)) return kept;
  return { ...kept, 'x-should-retry': 'false' };
}
