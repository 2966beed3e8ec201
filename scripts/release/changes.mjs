/** What CHANGELOG.md says of a version. */
import fs from 'node:fs';
import { fromRoot } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';

/** The part below the heading with the version; throws when it is not there, or empty. */
export function changesOf(version, text = fs.readFileSync(fromRoot('CHANGELOG.md'), 'utf8')) {
  const found = text.split(/^## /m).find((part) => part.split('\n', 1)[0].trim() === version);
  const changes = found?.slice(found.indexOf('\n')).trim();
  if (!changes) throw new SetupError(`CHANGELOG.md says nothing of ${version}`);
  return changes;
}
