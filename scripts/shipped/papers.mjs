/** The papers that go along with the desktop app: the licences of all that is in it, and the bill of materials. */
import fs from 'node:fs';
import path from 'node:path';
import { MODULES } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';
import { refusalOf } from './allowed.mjs';
import { noticesFor } from './notices.mjs';
import { partsOfApp, partsOfExecutable } from './parts.mjs';
import { sbomOf } from './sbom.mjs';

export const LICENCES = 'THIRD-PARTY-LICENSES.txt';
export const SBOM = 'sbom.cdx.json';

/**
 * Writes both into a folder; throws when something in the app must not be shipped.
 * @param options `version` of the app; `executables` in it, as the manifest lists them; `appImage`: it is packed as one, too
 */
export function writePapers(folder, { version, executables, appImage }) {
  const electron = fs.readFileSync(path.join(MODULES, 'electron/dist/version'), 'utf8').trim();
  const platforms = executables.map(({ platform }) => platform);
  const parts = partsOfApp({ platforms, electron: electron.replace(/^v/, ''), appImage });
  const refused = parts.flatMap((part) => refusalOf(part) ?? []);
  if (refused.length > 0) throw new SetupError(`this cannot be shipped:\n${refused.join('\n')}`);
  fs.writeFileSync(path.join(folder, LICENCES), noticesFor(parts));
  const bill = sbomOf({
    ...{ name: 'koubou', version, parts },
    executables: executables.map(({ platform, sha256 }) => ({
      ...{ platform, sha256 },
      parts: partsOfExecutable(platform).map(({ id }) => id),
    })),
  });
  fs.writeFileSync(path.join(folder, SBOM), `${JSON.stringify(bill, null, 2)}\n`);
}
