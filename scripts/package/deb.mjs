/** A package of Debian's kind from a folder, by dpkg-deb. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const SCRIPTS = {
  'before-install': 'preinst',
  'after-install': 'postinst',
  'before-remove': 'prerm',
  'after-remove': 'postrm',
};
/** By electron-builder's names. What tests make is packed fast, what people download small. */
const COMPRESSIONS = {
  gz: ['-Zgzip'],
  xz: ['-Zxz'],
  zst: ['-Zzstd', '-z1'],
  none: ['-Znone'],
};

/** @param about fpm's options by name */
export function buildDeb({ root, about }) {
  const kilobytes = sizeOf(root);
  const control = path.join(root, 'DEBIAN');
  fs.mkdirSync(control);
  fs.writeFileSync(path.join(control, 'control'), controlOf(about, kilobytes));
  for (const [option, name] of Object.entries(SCRIPTS)) {
    if (about[option]) fs.copyFileSync(about[option], path.join(control, name));
    if (about[option]) fs.chmodSync(path.join(control, name), 0o755);
  }
  const compression = COMPRESSIONS[about['deb-compression']] ?? COMPRESSIONS.xz;
  const args = ['--root-owner-group', ...compression, '--build', root, about.package];
  execFileSync('dpkg-deb', args, { stdio: 'inherit' });
}

function sizeOf(folder) {
  const [kilobytes] = execFileSync('du', ['-sk', '--apparent-size', folder]).toString().split('\t');
  return kilobytes;
}

function controlOf(about, kilobytes) {
  const [summary, ...more] = (about.description || about.name).split('\n').map((one) => one.trim());
  const fields = {
    Package: about.name,
    Version: about.iteration ? `${about.version}-${about.iteration}` : about.version,
    Architecture: about.architecture,
    Maintainer: about.maintainer,
    'Installed-Size': kilobytes,
    Depends: about.depends.join(', '),
    Recommends: about['deb-recommends'].join(', '),
    Section: about.category,
    Priority: about['deb-priority'] ?? 'optional',
    Homepage: about.url,
    Description: [summary, ...more.filter((one) => one !== '').map((one) => ` ${one}`)].join('\n'),
  };
  const lines = Object.entries(fields).filter(([, value]) => value);
  return `${lines.map(([name, value]) => `${name}: ${value}`).join('\n')}\n`;
}
