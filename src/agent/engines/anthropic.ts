/**
 * Claude through Anthropic's Messages API: our own loop, which needs nothing installed on the agent. It speaks through the
 * gateway with the attempt's key, or by itself with the agent's own.
 */
import { fail } from '../../shared/result.ts';
import type { Engine, EngineOptions, EngineRun } from './engine.ts';
import { runLoop } from './loop.ts';

const USUAL_MODEL = 'claude-opus-5-5';
const OWN_URL = 'https://api.anthropic.com';

export function anthropicEngine({ model = USUAL_MODEL, clock }: EngineOptions): Engine {
  return async (run) => {
    const way = wayOf(run);
    if (way === null) {
      return fail({
        code: 'engine_not_logged_in',
        message:
          'there is no key for Anthropic. Add an account with "koubou accounts add anthropic", or give the agent a key of its own (ANTHROPIC_API_KEY).',
      });
    }
    // Anthropic's SDK is large, and every attempt with another engine starts faster without it.
    const { anthropicModel } = await import('./anthropic-model.ts');
    return await runLoop(run, anthropicModel(model, way, clock), clock);
  };
}

function wayOf({ models, env }: EngineRun): { baseURL: string; apiKey: string } | null {
  if (models?.providers.includes('anthropic'))
    return { baseURL: models.url('anthropic'), apiKey: models.key };
  const apiKey = env['ANTHROPIC_API_KEY'] ?? '';
  if (apiKey === '') return null;
  return { baseURL: env['ANTHROPIC_BASE_URL'] ?? OWN_URL, apiKey };
}
