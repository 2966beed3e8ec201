/** Pauses and resumes the queue from the tray, over the API like everybody else. */
import { OPERATIONS } from '../../shared/contract.ts';
import type { CoordinatorState } from '../../shared/bridge.ts';

/** Does nothing while there is no coordinator; what goes wrong is said on standard error. */
export async function setQueuePaused(state: CoordinatorState, paused: boolean): Promise<void> {
  if (state.status !== 'ready') return;
  const { path, method } = OPERATIONS[paused ? 'queue.pause' : 'queue.resume'];
  try {
    const answer = await fetch(new URL(path, state.url), {
      method,
      headers: { authorization: `Bearer ${state.token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    if (!answer.ok) process.stderr.write(`koubou: the queue was not switched: ${answer.status}\n`);
  } catch (error) {
    process.stderr.write(`koubou: the queue was not switched: ${String(error)}\n`);
  }
}
