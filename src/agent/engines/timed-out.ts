/** As what an attempt fails when its engine took too long, or was silent for too long. */
import { seconds } from '../failure.ts';
import type { EngineFailure, EngineRun } from './engine.ts';

const LINES_IN_MESSAGE = 20;

export function timedOut(
  limit: 'total' | 'idle',
  { limits, terminal }: Pick<EngineRun, 'limits' | 'terminal'>,
): EngineFailure {
  const words = terminal.lastLines(LINES_IN_MESSAGE);
  const what =
    limit === 'idle'
      ? `printed nothing for ${seconds(limits.engineIdleMs)}`
      : `did not end within ${seconds(limits.engineMs)}`;
  return {
    code: 'engine_timed_out',
    message: `the engine ${what} and was stopped.${words === '' ? '' : ` Its last words:\n${words}`}`,
  };
}
