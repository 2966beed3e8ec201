/** A package of Red Hat's kind from a folder, by rpmbuild. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Processors, which electron-builder names as Debian does. */
const PROCESSORS = { amd64: 'x86_64', arm64: 'aarch64' };

/** @param about fpm's options by name */
export function buildRpm({ root, stage, about }) {
  const processor = PROCESSORS[about.architecture] ?? about.architecture;
  const spec = path.join(stage, 'package.spec');
  fs.writeFileSync(spec, specOf(root, about));
  const defines = {
    _topdir: path.join(stage, 'top'),
    _rpmdir: path.join(stage, 'out'),
    _rpmfilename: 'package.rpm',
  };
  execFileSync(
    'rpmbuild',
    [
      ...['-bb', '--quiet', '--target', processor, '--buildroot', root],
      ...Object.entries(defines).flatMap(([name, value]) => ['--define', `${name} ${value}`]),
      spec,
    ],
    { stdio: 'inherit' },
  );
  fs.copyFileSync(path.join(stage, 'out/package.rpm'), about.package);
}

function specOf(root, about) {
  const files = found(root, ['-type', 'f', '-o', '-type', 'l']);
  // What is of the package alone goes with it; other folders are the system's.
  const own = new RegExp(`^/(opt/[^/]+|usr/share/doc/${about.name})(/|$)`);
  const folders = found(root, ['-type', 'd']).filter((folder) => own.test(folder));
  const [summary] = (about['rpm-summary'] || about.description || about.name).split('\n');
  return [
    `Name: ${about.name}`,
    // A dash would part version and release.
    `Version: ${about.version.replaceAll('-', '~')}`,
    `Release: ${about.iteration ?? 1}`,
    `Summary: ${escaped(summary)}`,
    `License: ${about.license ?? 'MIT'}`,
    `Vendor: ${about.vendor ?? about.maintainer}`,
    ...(about.url ? [`URL: ${about.url}`] : []),
    ...about.depends.map((one) => `Requires: ${one}`),
    // The files are finished: nothing is stripped, looked into or compiled.
    'AutoReqProv: no',
    '%define _build_id_links none',
    '%global __os_install_post %{nil}',
    '%global debug_package %{nil}',
    // Most of it is packed already, on which xz takes minutes for nothing.
    '%define _binary_payload w10.zstdio',
    '%description',
    escaped(about.description ?? about.name),
    '%post',
    escaped(scriptOf(about['after-install'])),
    '%postun',
    escaped(scriptOf(about['after-remove'])),
    '%files',
    ...folders.map((folder) => `%dir "${escaped(folder)}"`),
    ...files.map((file) => `"${escaped(file)}"`),
    '',
  ].join('\n');
}

/** Paths as they are in the system. */
function found(root, kinds) {
  const list = execFileSync('find', [root, '(', ...kinds, ')', '-printf', '/%P\n']);
  return list.toString().trim().split('\n');
}

function scriptOf(file) {
  return file ? fs.readFileSync(file, 'utf8') : '';
}

function escaped(text) {
  return text.replaceAll('%', '%%');
}
