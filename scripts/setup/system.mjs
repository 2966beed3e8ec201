/** Programs and libraries that come from the operating system. */
import fs from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { capture, foreground, hasProgram } from './run.mjs';
import { say, SetupError } from './say.mjs';

const program = (deb, name = deb) => ({ deb, isThere: () => hasProgram(name) });
const library = (deb, soname) => ({ deb, isThere: (libraries) => libraries.includes(soname) });
/** Below `folder`, or below one for the processor there. */
const inFolder = (deb, folder, file) => ({
  deb,
  isOptional: true,
  isThere: () =>
    [folder, ...fs.readdirSync(folder).map((name) => path.join(folder, name))].some((one) =>
      fs.existsSync(path.join(one, file)),
    ),
});
const font = (deb, file) => ({ deb, isOptional: true, isThere: () => fs.existsSync(file) });

/** Everywhere, for everything. */
const ALWAYS = [program('git')];

/**
 * On Linux, by what it is for. The names are Debian's; what is looked for is what each package brings, so another
 * distribution's own packages will do. What is optional is installed where that is possible, and not demanded.
 */
const ON_LINUX = {
  window: [
    library('libgtk-3-0', 'libgtk-3.so.0'),
    library('libnss3', 'libnss3.so'),
    library('libasound2', 'libasound.so.2'),
    library('libgbm1', 'libgbm.so.1'),
    library('libnotify4', 'libnotify.so.4'),
    library('libsecret-1-0', 'libsecret-1.so.0'),
    library('libxss1', 'libXss.so.1'),
    library('libxtst6', 'libXtst.so.6'),
    program('unzip'),
    font('fonts-noto-cjk', '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'),
  ],
  install: [
    program('xdg-utils', 'xdg-mime'),
    program('desktop-file-utils', 'desktop-file-validate'),
    library('libatspi2.0-0', 'libatspi.so.0'),
    library('libuuid1', 'libuuid.so.1'),
  ],
  display: [program('xvfb', 'xvfb-run'), program('xauth')],
  tests: [
    program('openssh-server', 'sshd'),
    program('python3'),
    // Servers that tests start for themselves.
    program('redis-server'),
    program('redis-sentinel'),
    // The fault laboratory: clocks that jump, and a network of its own. Without them it leaves such faults out.
    inFolder('libfaketime', '/usr/lib', 'faketime/libfaketime.so.1'),
    { ...program('iproute2', 'ip'), isOptional: true },
    // Test hosts: the system they run, and its keys where this PC is not Debian.
    { ...program('mmdebstrap'), isOptional: true },
    { ...program('systemd-container', 'systemd-nspawn'), isOptional: true },
    {
      ...inFolder('debian-archive-keyring', '/usr/share/keyrings', 'debian-archive-keyring.gpg'),
      isOptional: true,
    },
  ],
};

/**
 * Installs what is missing where that needs no question (root on Debian or Ubuntu), else throws one line that says
 * what to install.
 * @param {(keyof typeof ON_LINUX)[]} purposes
 */
export async function ensureSystem(purposes) {
  if (missing(purposes).length === 0) return;
  if (canInstall()) await withLock(() => installMissing(missing(purposes)));
  const still = missing(purposes).filter((one) => !one.isOptional);
  if (still.length > 0) throw new SetupError(`something of the system is missing: ${howTo(still)}`);
}

function missing(purposes) {
  const onLinux =
    process.platform === 'linux' ? purposes.flatMap((purpose) => ON_LINUX[purpose]) : [];
  const libraries = onLinux.some((one) => one.deb.startsWith('lib')) ? installedLibraries() : '';
  return [...ALWAYS, ...onLinux].filter((one) => !one.isThere(libraries));
}

function installedLibraries() {
  return capture('/sbin/ldconfig', ['-p']).out;
}

function canInstall() {
  return process.platform === 'linux' && process.getuid?.() === 0 && hasProgram('apt-get');
}

async function installMissing(needs) {
  if (needs.length === 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Their output is long and of interest only when they fail.
  const quietly = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  say(`installing system packages: ${needs.map((one) => one.deb).join(' ')}`);
  await foreground('apt-get', ['update', '-qq'], quietly);
  const names = needs.map((one) => nameHere(one.deb));
  await foreground(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...names],
    quietly,
  );
}

function howTo(needs) {
  if (!hasProgram('apt-get'))
    return `install ${needs.map((one) => one.deb).join(', ')} (Debian's names)`;
  const names = needs.map((one) => nameHere(one.deb)).join(' ');
  return `run  sudo apt-get install -y --no-install-recommends ${names}`;
}

// Newer releases renamed libraries when time_t grew to 64 bits.
function nameHere(deb) {
  const renamed = `${deb}t64`;
  return capture('apt-cache', ['show', '--quiet', renamed]).code === 0 ? renamed : deb;
}
