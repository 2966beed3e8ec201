/** The licences of what is shipped as one text, for the file THIRD-PARTY-LICENSES.txt and `koubou version --licences`. */
import fs from 'node:fs';
import { fromRoot } from '../setup/paths.mjs';

const RULE = `\n${'='.repeat(80)}\n`;

/** Ours first, then that of each part. @param {import('./packages.mjs').Part[]} parts */
export function noticesFor(parts) {
  const texts = parts.map(({ name, version, licence, note, text }) =>
    [`${name} ${version}\n${licence}`, note, text].filter(Boolean).join('\n\n'),
  );
  return `${[fs.readFileSync(fromRoot('LICENSE'), 'utf8').trim(), ...texts].join(RULE)}\n`;
}
