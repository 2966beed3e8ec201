/** Codex, the command line, in its mode without a screen. */
import { fail } from '../../shared/result.ts';
import type { Engine, EngineOptions } from './engine.ts';

export function codexEngine(_: EngineOptions): Engine {
  return async () => {
    await Promise.resolve();
    return fail({ code: 'engine_missing', message: 'this build cannot run codex' });
  };
}
