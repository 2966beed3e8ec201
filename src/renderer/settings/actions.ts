/** What the palette knows of settings, the record, the first steps and Koubou itself. */
import type { Action } from '../shell/action.ts';
import { SECTIONS } from './find.ts';

export const settingsActions: readonly Action[] = [
  ...SECTIONS.map((section): Action => ({
    id: `settings ${section}`,
    group: 'go',
    label: (text) => `${text.settings.title}: ${text.settings.sections[section]}`,
    keywords: 'settings preferences options config 設定',
    run: ({ go }) => go(`/settings/${section}`),
  })),
  {
    id: 'accounts.add',
    needs: 'admin',
    group: 'work',
    label: ({ accounts }) => accounts.add,
    keywords: 'account model anthropic openai api key claude provider sign in アカウント',
    run: ({ go }) => go('/settings/accounts'),
  },
  {
    id: 'usage.calls',
    group: 'go',
    label: ({ usage, accounts }) => `${usage.title}: ${accounts.calls.title}`,
    keywords: 'usage limits requests calls tokens cost',
    run: ({ go }) => go('/usage'),
  },
  {
    id: 'audit.verify',
    needs: 'admin',
    group: 'work',
    label: ({ audit }) => audit.verify,
    keywords: 'audit check hash log',
    run: ({ go, call }) => {
      void call('audit.verify', {});
      go('/audit');
    },
  },
  {
    id: 'updates.check',
    group: 'help',
    label: ({ updates }) => updates.check,
    keywords: 'update upgrade version new release アップデート 更新',
    // There is no window where the registry is only read.
    isPossible: () => typeof window === 'object' && window.koubou !== undefined,
    run: ({ go }) => {
      void window.koubou?.update({ do: 'check' });
      go('/settings/updates');
    },
  },
  {
    id: 'guide',
    group: 'help',
    label: ({ guide }) => guide.title,
    keywords: 'guide begin tour onboarding',
    run: ({ go }) => go('/guide'),
  },
];
