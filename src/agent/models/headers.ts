/** Headers on their way through the relay: those of a single connection stay behind, and keys are exchanged. Pure. */
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { TroubleClass } from '../../shared/domain/engine-trouble.ts';
import { TROUBLE_HEADER, TROUBLE_UNTIL_HEADER } from '../../shared/models.ts';
import { PASSES_SOON } from './refusals.ts';
import { troubleIn } from './troubles.ts';

const OF_A_CONNECTION = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** The key that an engine shows, in either of the two ways; empty: none. */
export function shownKey(headers: IncomingHttpHeaders): string {
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key !== '') return key;
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
}

/** @param key what the coordinator is shown */
export function requestHeaders(headers: IncomingHttpHeaders, key: string): OutgoingHttpHeaders {
  const kept = without(headers, ['host', 'x-api-key', 'authorization', 'cookie', 'expect']);
  return { ...kept, 'x-api-key': key };
}

/** Only a person helps here. Some engines ask for minutes all the same, whatever they are told, unless it is their own fault. */
const ASKED_AGAIN: ReadonlySet<TroubleClass | null> = new Set(['sign_in_expired', 'budget_spent']);

/** As what the engine sees it: why it was refused is remembered here. */
export function statusFor(answer: IncomingMessage): number {
  return ASKED_AGAIN.has(troubleIn(answer)) ? 400 : (answer.statusCode ?? 502);
}

/** With word for the engine when it would only lose time by asking again. */
export function answersHeaders(answer: IncomingMessage): OutgoingHttpHeaders {
  const trouble = troubleIn(answer);
  const kept = without(answer.headers, [TROUBLE_HEADER, TROUBLE_UNTIL_HEADER]);
  if (trouble === null || PASSES_SOON.has(trouble)) return kept;
  return { ...kept, 'x-should-retry': 'false' };
}

function without(headers: IncomingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const dropped = new Set([...OF_A_CONNECTION, ...names, ...named]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}
