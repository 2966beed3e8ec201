/**
 * The part of fpm's command line that electron-builder uses (`-s dir -t deb|rpm …`), on dpkg-deb and rpmbuild: fpm itself comes
 * by gems only, and electron-builder's own copy from its releases.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildDeb } from './deb.mjs';
import { buildRpm } from './rpm.mjs';

const text = { type: 'string' };
const list = { type: 'string', multiple: true, default: [] };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    source: { ...text, short: 's' },
    target: { ...text, short: 't' },
    force: { type: 'boolean' },
    debug: { type: 'boolean' },
    verbose: { type: 'boolean' },
    depends: { ...list, short: 'd' },
    'deb-recommends': list,
    ...Object.fromEntries(
      [
        ...['name', 'version', 'iteration', 'architecture', 'package', 'maintainer', 'vendor'],
        ...['description', 'license', 'url', 'category', 'deb-priority', 'deb-compression'],
        ...['rpm-summary', 'rpm-compression', 'rpm-os', 'rpm-rpmbuild-define', 'conf'],
        ...['before-install', 'after-install', 'before-remove', 'after-remove', 'log'],
      ].map((name) => [name, text]),
    ),
  },
});

const stage = fs.mkdtempSync(path.join(os.tmpdir(), 'koubou-package-'));
try {
  const root = path.join(stage, 'root');
  for (const mapping of positionals) copy(mapping, root);
  execFileSync('chmod', ['-R', 'u+rwX,go+rX,go-w', root]);
  const build = { deb: buildDeb, rpm: buildRpm }[values.target];
  if (!build) throw new Error(`cannot make a package of the kind ${String(values.target)}`);
  build({ root, stage, about: values });
} finally {
  fs.rmSync(stage, { recursive: true, force: true });
}

/** `FROM=TO`; a folder with a slash at its end is copied with what it has in it. */
function copy(mapping, root) {
  const at = mapping.lastIndexOf('=');
  const from = mapping.slice(0, at);
  const to = path.join(root, mapping.slice(at + 1));
  const isFolder = from.endsWith('/');
  fs.mkdirSync(isFolder ? to : path.dirname(to), { recursive: true });
  execFileSync('cp', isFolder ? ['-a', `${from}.`, to] : ['-aL', from, to]);
}
