/** The tokens of agents and attempts: nothing to store, nothing to look up, and each good for one thing. Pure. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AgentId, AttemptId } from '../../../shared/ids.ts';

/** What an agent shows when it connects. @param secret the data folder's `secret` */
export function agentToken(secret: string, agentId: AgentId): string {
  return hmac(secret, `agent:${agentId}`);
}

/** What an attempt fetches and pushes with; the fence makes that of each assignment another one. */
export function gitToken(secret: string, attemptId: AttemptId, fence: number): string {
  return hmac(secret, `git:${attemptId}:${fence}`);
}

/** What an attempt asks models with, through the gateway; it names its attempt, for whoever reads a log. */
export function modelKey(secret: string, attemptId: AttemptId, fence: number): string {
  return `kbm_${attemptId}_${hmac(secret, `models:${attemptId}:${fence}`)}`;
}

/** What an agent's self-test fetches and pushes with. */
export function selfTestToken(secret: string, id: string): string {
  return hmac(secret, `self-test:${id}`);
}

/** Compares in a time that tells nothing of the expected token. */
export function isSameToken(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}
