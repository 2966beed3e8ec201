/** What the APIs of models want of a conversation. */
import type { Message } from '../engines/loop-model.ts';

/** What is wrong with it; `null`: a model would take it. */
export function faultIn(messages: readonly Message[]): string | null {
  if (messages[0]?.role !== 'user') return 'it does not begin with the user';
  if (messages.at(-1)?.role !== 'user') return 'it does not end with the user';
  let called: string[] = [];
  for (const [index, { role, parts }] of messages.entries()) {
    if (parts.length === 0) return `message ${index} is empty`;
    if (role === messages[index - 1]?.role) return `message ${index} is not the other's turn`;
    const results = parts.flatMap((part) => (part.kind === 'result' ? [part.id] : []));
    const calls = parts.flatMap((part) => (part.kind === 'call' ? [part.id] : []));
    if (results.join() !== called.join())
      return `the results in message ${index} are not its calls'`;
    called = calls;
  }
  return null;
}
