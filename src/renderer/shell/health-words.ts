/** The workshop in words: “2 agents”, “1 task running”, “1 needs your review”. Pure. */
import type { Text } from '../i18n/en.ts';
import type { Health } from '../store/selectors.ts';

export function healthWords(
  { agents, reconnecting, running, waiting, review, failed }: Health,
  { health, troubles }: Text,
): string[] {
  const words = [health.agents(agents)];
  if (reconnecting > 0) words.push(troubles.health.reconnecting(reconnecting));
  if (running > 0) words.push(health.running(running));
  if (waiting > 0) words.push(health.waiting(waiting));
  if (review > 0) words.push(health.review(review));
  if (failed > 0) words.push(health.failed(failed));
  if (words.length === 1) words.push(health.idle);
  return words;
}
