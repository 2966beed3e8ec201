/** A model that runs on the agent itself, asked over the HTTP API of Ollama. */
import { fail } from '../../shared/result.ts';
import type { Engine, EngineOptions } from './engine.ts';

export function ollamaEngine(_: EngineOptions): Engine {
  return async () => {
    await Promise.resolve();
    return fail({ code: 'engine_missing', message: 'this build cannot run ollama' });
  };
}
