/** What an attempt is told of models: the way through the gateway, and a key that is good for it alone. */
import type { EngineKind } from '../../../../shared/domain/engine.ts';
import type { AttemptId } from '../../../../shared/ids.ts';
import { PROVIDERS_OF, type ModelGrant } from '../../../../shared/models.ts';
import { modelKey } from '../tokens.ts';
import type { Accounts } from './port.ts';

export const MODELS_PATH = '/models';

/** `null`: no account is there for the engine, which then uses what its own machine is signed in with. */
export type GrantModels = (
  attemptId: AttemptId,
  fence: number,
  engine: EngineKind,
) => ModelGrant | null;

export function modelGrantsOf(accounts: Pick<Accounts, 'list'>, secret: string): GrantModels {
  return (attemptId, fence, engine) => {
    const there = new Set(accounts.list().map(({ provider }) => provider));
    const providers = PROVIDERS_OF[engine].filter((provider) => there.has(provider));
    if (providers.length === 0) return null;
    return { path: MODELS_PATH, key: modelKey(secret, attemptId, fence), providers };
  };
}
