/** The switches of the workshop in the tray: over the API, like everybody else. */
import { OPERATIONS } from '../../shared/contract.ts';
import type { CoordinatorState } from '../../shared/bridge.ts';

export type Switch = 'queue.pause' | 'queue.resume' | 'emergency.stop' | 'emergency.resume';

/** Does nothing while there is no coordinator; what goes wrong is said on standard error. */
export async function switchWorkshop(state: CoordinatorState, name: Switch): Promise<void> {
  if (state.status !== 'ready') return;
  const { path, method } = OPERATIONS[name];
  const authorization = `Bearer ${state.token}`;
  const said =
    method === 'POST'
      ? { headers: { authorization, 'content-type': 'application/json' }, body: '{}' }
      : { headers: { authorization } };
  try {
    const answer = await fetch(new URL(path, state.url), { method, ...said });
    if (!answer.ok) process.stderr.write(`koubou: ${name} was refused: ${answer.status}\n`);
  } catch (error) {
    process.stderr.write(`koubou: ${name} could not be asked for: ${String(error)}\n`);
  }
}
