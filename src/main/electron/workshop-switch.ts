/** The switches of the workshop in the tray: over the API, like everybody else. */
import type { CoordinatorState } from '../../shared/bridge.ts';

/** As the contract has them, which is large and would hold up the window (`workshop-switch.test.ts` holds them together). */
export const SWITCHES = {
  'queue.pause': { method: 'POST', path: '/api/v1/queue/pause' },
  'queue.resume': { method: 'POST', path: '/api/v1/queue/resume' },
  'emergency.stop': { method: 'POST', path: '/api/v1/emergency-stop' },
  'emergency.resume': { method: 'DELETE', path: '/api/v1/emergency-stop' },
} as const;
export type Switch = keyof typeof SWITCHES;

/** Does nothing while there is no coordinator; what goes wrong is said on standard error. */
export async function switchWorkshop(state: CoordinatorState, name: Switch): Promise<void> {
  if (state.status !== 'ready') return;
  const { path, method } = SWITCHES[name];
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
