/** What the settings call the workshop. */
import type { SettingsView } from '../../shared/contract-settings.ts';

/** `null`: it has no name of its own. */
export function nameOf({ settings }: Pick<SettingsView, 'settings'>): string | null {
  const name = settings.find(({ key }) => key === 'workshop.name')?.inForce;
  return typeof name === 'string' ? name : null;
}
