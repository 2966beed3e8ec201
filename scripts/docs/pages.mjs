/** All generated pages of docs/reference: path and text. `docs.test.mjs` holds that they are not stale. */
import { openApi } from '../../src/main/coordinator/api/openapi.ts';
import { apiPage } from './api.mjs';
import { commandLinePage } from './command-line.mjs';
import { eventsPage } from './events.mjs';
import { settingsPage } from './settings.mjs';

/** @returns {Promise<Map<string, string>>} */
export async function generatedPages() {
  const document = openApi('');
  return new Map([
    ['docs/reference/command-line.md', await commandLinePage()],
    ['docs/reference/api.md', apiPage(document)],
    ['docs/reference/settings.md', settingsPage()],
    ['docs/reference/events.md', eventsPage(document)],
  ]);
}
