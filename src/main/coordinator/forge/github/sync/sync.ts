/**
 * What happens at GitHub reaches its tasks: webhooks and polls note what changed, and the reconciler brings the tasks to what
 * GitHub says then. Nothing of it is opened before somebody is signed in.
 */
import type { Accounts } from '../accounts/port.ts';
import { openDeliveries } from './deliveries.ts';
import type { SyncDeps } from './deps.ts';
import type { Told } from './event.ts';
import { openFollowing, type Following } from './following.ts';
import { openHookSecret, type HookSecret } from './hook-secret.ts';
import { createWebhook, type Webhook } from './webhook.ts';

export interface Sync {
  readonly webhook: Webhook;
  readonly secret: HookSecret;
  /** Takes up rules that changed. */
  rulesChanged(): void;
  /** Resolves when nothing is under way; what waits for a time does not count. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface StartSyncDeps extends SyncDeps {
  readonly accounts: Pick<Accounts, 'clientFor' | 'isSignedIn' | 'subscribe' | 'list'>;
}

export function startSync(deps: StartSyncDeps): Sync {
  const { accounts, cache, clock } = deps;
  let following: Following | null = null;
  const secret = openHookSecret(deps.dir, deps.keychain);
  const deliveries = openDeliveries(cache, clock);
  const webhook = createWebhook({
    ...{ ...deps, secret, deliveries },
    take: ({ repo, facts }: Exclude<Told, { ignored: string }>) =>
      following?.told(repo, facts) === true ? null : `nothing here has to do with ${repo}`,
  });
  const wake = (): void => {
    if (following) following.again();
    else if (accounts.list().length > 0) following = openFollowing(deps);
  };
  const end = accounts.subscribe(wake);
  wake();
  return {
    webhook,
    secret,
    rulesChanged: () => following?.again(),
    async idle() {
      await following?.idle();
    },
    async close() {
      end();
      deliveries.close();
      await following?.close();
    },
  };
}
