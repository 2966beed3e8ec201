/** Claude through Anthropic's Messages API: a loop of our own, which needs nothing installed on the agent. */
import { fail } from '../../shared/result.ts';
import type { Engine, EngineOptions } from './engine.ts';

export function anthropicEngine(_: EngineOptions): Engine {
  return async () => {
    await Promise.resolve();
    return fail({ code: 'engine_missing', message: 'this build cannot run anthropic' });
  };
}
