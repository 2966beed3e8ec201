/**
 * Who may import what: the arrows of ARCHITECTURE.md as one function. `plugin.mjs` runs it on every import.
 */
import path from 'node:path';

/** A folder of the coordinator imports only itself and those above it; files at its root build everything. */
const COORDINATOR_ORDER = [
  'db',
  'settings',
  'secrets',
  'journal',
  'audit',
  'backups',
  'queue',
  'forge',
  'gateway',
  'terminal',
  'releases',
  'fleet',
  'lan',
  'provision',
  'scheduler',
  'sites',
  'simulate',
  'observe',
  'plugins',
  'api',
];

/** The files that pick a role may reach the entry of each role. */
const ROLE_ENTRIES = {
  'src/cli/main.ts': [
    'src/main/coordinator/demo-node.ts',
    'src/main/coordinator/offline.ts',
    'src/main/coordinator/simulate/request.ts',
  ],
  'src/cli/roles.ts': [
    'src/main/coordinator/serve.ts',
    'src/agent/run.ts',
    'src/agent/supervisor/run.ts',
    'src/agent/update/run-trial.ts',
  ],
  'src/cli/join-command.ts': ['src/agent/identity/join.ts'],
  'src/cli/agent-commands.ts': [
    'src/agent/host/by-hand.ts',
    'src/agent/host/command.ts',
    'src/agent/keeper/run.ts',
  ],
};

/** Packages that belong to some folders only. */
const PACKAGE_HOMES = {
  electron: ['src/main/electron/', 'src/preload/'],
  'better-sqlite3': ['src/main/coordinator/db/'],
  '@lydell/node-pty': ['src/agent/'],
};

/** Who runs on our own Node, and may load what is packed into the executable. */
const ON_OUR_NODE = ['src/agent/', 'src/cli/', 'src/main/coordinator/'];

/**
 * Why `file` may not import `specifier`, or undefined when it may.
 * @param {string} file path of the importing file, relative to the repository, with forward slashes
 * @param {string} specifier what stands in the import
 */
export function refusal(file, specifier) {
  if (!file.startsWith('src/')) return undefined;
  if (!specifier.startsWith('.')) return refusedPackage(file, packageOf(specifier));
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
  return refusedSide(file, target) ?? refusedInsideMain(file, target);
}

function packageOf(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function refusedPackage(file, name) {
  // Unit tests beside shared code run under Node with a test runner; what they test does not.
  if (file.startsWith('src/shared/') && !file.endsWith('.test.ts') && name !== 'zod') {
    return `src/shared imports only zod and itself, not ${name}`;
  }
  const homes = PACKAGE_HOMES[name];
  if (homes && !homes.some((home) => file.startsWith(home)))
    return `only ${homes.join(' and ')} may import ${name}`;
  return undefined;
}

function refusedSide(file, target) {
  if (ROLE_ENTRIES[file]?.includes(target)) return undefined;
  const from = sideOf(file);
  const to = sideOf(target);
  if (to === from || to === 'shared') return undefined;
  if (to === 'native' && ON_OUR_NODE.some((folder) => file.startsWith(folder))) return undefined;
  return `src/${from} imports only itself${from === 'shared' ? '' : ' and src/shared'}, not ${target}`;
}

function sideOf(file) {
  const [root, side] = file.split('/');
  return root === 'src' ? side : undefined;
}

function refusedInsideMain(file, target) {
  const from = insideMain(file);
  const to = insideMain(target);
  if (!from || !to) return undefined;
  if (from.program !== to.program) {
    return `src/main/${from.program} and src/main/${to.program} are two processes: they speak over the API only`;
  }
  if (from.program !== 'coordinator' || from.folder === undefined || from.folder === to.folder)
    return undefined;
  return refusedOrder(from.folder, to.folder);
}

function refusedOrder(from, to) {
  if (to === undefined)
    return `a folder of the coordinator does not import files at the coordinator's root`;
  for (const folder of [from, to]) {
    if (!COORDINATOR_ORDER.includes(folder))
      return `give ${folder} its place in scripts/lint/boundaries.mjs`;
  }
  if (COORDINATOR_ORDER.indexOf(to) < COORDINATOR_ORDER.indexOf(from)) return undefined;
  return `coordinator/${from} imports only what stands above it: ${to} comes after ${from}`;
}

function insideMain(file) {
  const [root, side, program, ...rest] = file.split('/');
  if (root !== 'src' || side !== 'main' || program === undefined) return undefined;
  return { program, folder: rest.length > 1 ? rest[0] : undefined };
}
