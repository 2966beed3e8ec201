/** node_modules is what package-lock.json says. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { fromRoot, MODULES, NODE } from './paths.mjs';
import { capture, foreground, hasProgram, packageScript } from './run.mjs';
import { say, SetupError } from './say.mjs';

const LOCK_FILE = fromRoot('package-lock.json');
const STAMP = path.join(MODULES, '.koubou-stamp');
const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Installs the packages when node_modules is missing or another version of package-lock.json made it. */
export async function ensurePackages() {
  if (isCurrent()) return;
  await withLock(async () => {
    if (isCurrent()) return;
    if (!wasInstalledByHand()) await install();
    if (!fs.existsSync(NODE)) throw new SetupError(noNode());
    fs.writeFileSync(STAMP, stamp());
  });
}

/** The Claude Code that the tests drive: its package puts the program in place by an install script. */
export function ensureClaudeCode() {
  const installer = packageScript('@anthropic-ai/claude-code', 'install.cjs');
  const program = packageScript('@anthropic-ai/claude-code', 'bin/claude.exe');
  const isPlaceholder = !fs.existsSync(program) || fs.statSync(program).size < 10_000;
  if (!fs.existsSync(installer) || !isPlaceholder) return;
  const { code, err } = capture(NODE, [installer]);
  if (code !== 0) say(`Claude Code for the tests is not complete: ${err.trim()}`);
}

function isCurrent() {
  try {
    return fs.readFileSync(STAMP, 'utf8') === stamp() && fs.existsSync(NODE);
  } catch {
    return false;
  }
}

function stamp() {
  const hash = crypto.createHash('sha256').update(fs.readFileSync(LOCK_FILE)).digest('hex');
  return `${process.platform}-${process.arch} ${hash}`;
}

// Somebody ran `npm ci` or `npm install`: npm's own record of node_modules agrees with the lock file.
function wasInstalledByHand() {
  const wanted = readPackages(LOCK_FILE);
  const found = readPackages(path.join(MODULES, '.package-lock.json'));
  if (!wanted || !found || !fs.existsSync(NODE)) return false;
  const differs = ([name, entry]) =>
    found[name]?.version !== entry.version && !(entry.optional && !found[name]);
  return !Object.entries(wanted).some(([name, entry]) => name !== '' && differs([name, entry]));
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function install() {
  if (!hasProgram(NPM))
    throw new SetupError('npm is missing: install Node.js 24 with npm from https://nodejs.org');
  say('installing packages (npm ci), about half a minute');
  const code = await foreground(NPM, ['ci', '--ignore-scripts', '--loglevel=error'], {
    env: withoutModulesOnPath(),
  });
  if (code !== 0) throw new SetupError(await whyInstallFailed());
}

// `npm start` puts node_modules/.bin first; npm would then run on the Node that it is about to replace.
function withoutModulesOnPath() {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return {
    ...process.env,
    PATH: folders.filter((folder) => !folder.startsWith(MODULES)).join(path.delimiter),
  };
}

async function whyInstallFailed() {
  const registry = capture(NPM, ['config', 'get', 'registry'], {
    shell: NPM.endsWith('.cmd'),
  }).out.trim();
  const answer = await fetch(registry, { signal: AbortSignal.timeout(5000) }).catch(
    () => undefined,
  );
  if (!answer)
    return `no answer from ${registry}: connect to the network (or set npm's registry and proxy) and start again`;
  return 'npm ci failed: see its messages above; after a half-finished install, delete node_modules and start again';
}

function noNode() {
  return `there is no pinned Node for ${process.platform}-${process.arch}: use linux-x64, linux-arm64, darwin-x64, darwin-arm64 or win32-x64`;
}
