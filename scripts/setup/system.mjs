/** Programs and libraries that come from the operating system. */
import fs from 'node:fs';
import { withLock } from './lock.mjs';
import { capture, foreground, hasProgram } from './run.mjs';
import { say, SetupError } from './say.mjs';

const FONTS = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';
const program = (deb, name = deb) => ({ deb, isThere: () => hasProgram(name) });
const library = (deb, soname) => ({ deb, isThere: (libraries) => libraries.includes(soname) });
const file = (deb, path) => ({ deb, isThere: () => fs.existsSync(path) });

/** Debian's names; what each has to bring is checked by presence, so any distribution's own package will do. */
const NEEDED = {
  always: [program('git')],
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
  ],
  tests: [
    program('xvfb', 'xvfb-run'),
    program('xauth'),
    program('openssh-server', 'sshd'),
    file('fonts-noto-cjk', FONTS),
  ],
};

/**
 * Installs what is missing where that needs no question (root on Debian or Ubuntu), else throws one line that says
 * what to install.
 * @param {{ window?: boolean, tests?: boolean }} wanted
 */
export async function ensureSystem({ window = false, tests = false } = {}) {
  const needs = missing(window, tests);
  if (needs.length === 0) return;
  if (!canInstall()) throw new SetupError(`install ${needs.join(', ')} first${howTo(needs)}`);
  await withLock(() => installMissing(missing(window, tests)));
  const still = missing(window, tests);
  if (still.length > 0) throw new SetupError(`apt-get could not bring ${still.join(', ')}: see its messages above`);
}

function missing(window, tests) {
  const needed = [...NEEDED.always];
  if (process.platform === 'linux' && window) needed.push(...NEEDED.window);
  if (process.platform === 'linux' && tests) needed.push(...NEEDED.tests);
  const libraries = needed.length > NEEDED.always.length ? capture('/sbin/ldconfig', ['-p']).out : '';
  return needed.filter((one) => !one.isThere(libraries)).map((one) => one.deb);
}

function canInstall() {
  return process.platform === 'linux' && process.getuid?.() === 0 && hasProgram('apt-get');
}

function howTo(needs) {
  return hasProgram('apt-get') ? `: sudo apt-get install -y --no-install-recommends ${needs.join(' ')}` : '';
}

async function installMissing(needs) {
  if (needs.length === 0) return;
  say(`installing system packages: ${needs.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Their output is long and of interest only when they fail.
  const stdio = ['ignore', 'ignore', 'inherit'];
  await foreground('apt-get', ['update', '-qq'], { env, stdio });
  await foreground('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...needs.map(nameHere)], {
    env,
    stdio,
  });
}

// Newer releases renamed libraries when time_t grew to 64 bits.
function nameHere(deb) {
  const renamed = `${deb}t64`;
  return capture('apt-cache', ['show', '--quiet', renamed]).code === 0 ? renamed : deb;
}
