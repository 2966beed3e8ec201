/** The licences of what is shipped, as a module of the user interface: `import('virtual:licences')`. */
import { packagesOf, rememberMadeFrom } from '../shipped/made-from.mjs';
import { partsToTell } from '../shipped/parts.mjs';

const NAME = 'virtual:licences';
const RESOLVED = `\0${NAME}`;
const MARK = '__KOUBOU_LICENCES__';
const QUOTED_MARK = new RegExp(`(["'\`])${MARK}\\1`);

/** For vite. The list has what the user interface is made from, too, so it is put in when that is known. */
export function licencesPlugin() {
  return {
    name: 'koubou-licences',
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? `export const licences = '${MARK}';` : undefined),
    renderChunk(code, _chunk, _options, { chunks }) {
      if (!QUOTED_MARK.test(code)) return null;
      const packages = packagesOf(Object.values(chunks).flatMap(({ modules }) => idsOf(modules)));
      rememberMadeFrom('ui', { ui: packages });
      return code.replace(QUOTED_MARK, () => JSON.stringify(partsToTell(packages).map(told)));
    },
  };
}

/** A style sheet has no code, and is there all the same. */
function idsOf(modules) {
  return Object.keys(modules).filter(
    (id) => modules[id].renderedLength > 0 || /\.css(?:$|\?)/.test(id),
  );
}

function told({ name, version, licence, text }) {
  return { name, version, licence, text };
}
