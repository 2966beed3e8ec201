/** The settings of the workshop over the API. */
import { OPERATIONS } from '../../../shared/contract.ts';
import { ok } from '../../../shared/result.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

export interface SettingsDeps {
  readonly settings: WorkshopSettings;
}

type SettingsRoutes = Pick<Routes, Extract<keyof Routes, `settings.${string}`>>;

export function settingsRoutes({ settings }: SettingsDeps): SettingsRoutes {
  return {
    'settings.get': route(OPERATIONS['settings.get'], () => ok(settings.view())),
    'settings.save': route(OPERATIONS['settings.save'], ({ etag, set, unset }) =>
      settings.save(etag, { set, unset }),
    ),
  };
}
