/** What the programs say about themselves. */
import fs from 'node:fs';
import { fromRoot } from '../setup/paths.mjs';
import { capture } from '../setup/run.mjs';

/** The constants of types/build.d.ts, as the bundlers want them. */
export function buildConstants() {
  const { version } = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));
  return {
    __KOUBOU_VERSION__: JSON.stringify(version),
    __KOUBOU_BUILD__: JSON.stringify(commit()),
  };
}

function commit() {
  const head = capture('git', ['rev-parse', '--short=12', 'HEAD']);
  if (head.code !== 0) return 'unknown';
  const changes = capture('git', ['status', '--porcelain', '--', 'src', 'package-lock.json']).out;
  return changes === '' ? head.out.trim() : `${head.out.trim()}-dirty`;
}
