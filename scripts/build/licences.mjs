/** The licences of what is shipped, as a module of the user interface: `import('virtual:licences')`. */
import { shippedLicences } from '../executable/licences.mjs';

const NAME = 'virtual:licences';
const RESOLVED = `\0${NAME}`;

/** For vite. */
export function licencesPlugin() {
  return {
    name: 'koubou-licences',
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load: (id) =>
      id === RESOLVED ? `export const licences = ${JSON.stringify(shippedLicences())};` : undefined,
  };
}
