/** The webhook and the rules of GitHub over the API. The webhook's secret is answered once, when it is made, and nowhere else. */
import type { GITHUB_SYNC_OPERATIONS } from '../../../shared/contract-github-sync.ts';
import { OPERATIONS } from '../../../shared/contract.ts';
import { rejection } from '../../../shared/errors.ts';
import { fail, ok } from '../../../shared/result.ts';
import { HOOK_EVENTS } from '../forge/github/sync/event.ts';
import { installHook } from '../forge/github/sync/hooks.ts';
import { placeOfRule } from '../forge/github/sync/rules.ts';
import type { Sync } from '../forge/github/sync/sync.ts';
import { HOOK_PATH } from '../forge/github/sync/webhook.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import { answerOf, type GitHubDeps } from './github.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

export interface GitHubSyncDeps extends GitHubDeps {
  readonly sync: Pick<Sync, 'webhook' | 'secret' | 'rulesChanged'>;
  readonly settings: WorkshopSettings;
}

type SyncRoutes = Pick<Routes, keyof typeof GITHUB_SYNC_OPERATIONS>;

export function githubSyncRoutes({ github, sync, settings }: GitHubSyncDeps): SyncRoutes {
  const view = () => ({ etag: settings.view().etag, rules: settings.current().github.rules });
  return {
    'github.webhook': route(OPERATIONS['github.webhook'], async ({ renew }) => {
      const secret = await secretOf(sync.secret, renew);
      if (!secret.ok) return fail(rejection('internal', secret.error));
      const status = sync.webhook.status();
      return ok({ path: HOOK_PATH, secret: secret.value, events: [...HOOK_EVENTS], status });
    }),
    'github.hook_install': route(OPERATIONS['github.hook_install'], async ({ repo, url }) => {
      const place = placeOfRule({ repo }, settings.current().github.host);
      if (!place)
        return fail(
          rejection('invalid_input', 'repo: is no repository: write acme/shop, or its address'),
        );
      const deps = { accounts: github.accounts, secret: sync.secret };
      return answerOf(await installHook(place, url, deps));
    }),
    'github.rules': route(OPERATIONS['github.rules'], () => ok(view())),
    'github.set_rules': route(OPERATIONS['github.set_rules'], ({ etag, rules }) => {
      const saved = settings.saveRules(etag, rules);
      if (!saved.ok) return saved;
      sync.rulesChanged();
      return ok(view());
    }),
  };
}

/** `null`: it is not new, and not shown again. */
async function secretOf(secret: Sync['secret'], renew: boolean) {
  if (renew) return await secret.renew();
  const kept = await secret.ensure();
  return kept.ok ? ok(kept.value.isNew ? kept.value.secret : null) : kept;
}
