/** One import that is refused and one that is allowed for each arrow. */
import { expect, test } from 'vitest';
import { refusal } from './boundaries.mjs';

const REFUSED = [
  ['src/shared/ids.ts', 'ws', 'only zod'],
  ['src/shared/ids.ts', 'node:fs', 'only zod'],
  ['src/shared/ids.ts', '../main/coordinator/serve.ts', 'src/shared imports only itself'],
  ['src/shared/ids.ts', '../../package.json', 'src/shared imports only itself'],
  ['src/agent/run.ts', '../main/coordinator/db/open.ts', 'src/agent imports only itself'],
  ['src/main/coordinator/serve.ts', '../../agent/run.ts', 'src/main imports only itself'],
  ['src/renderer/main.tsx', '../main/coordinator/serve.ts', 'src/renderer imports only itself'],
  ['src/preload/index.ts', '../main/electron/menu.ts', 'src/preload imports only itself'],
  ['src/cli/tasks.ts', '../agent/run.ts', 'src/cli imports only itself'],
  ['src/cli/main.ts', '../agent/session.ts', 'src/cli imports only itself'],
  ['src/main/coordinator/db/open.ts', '../journal/commit.ts', 'journal comes after db'],
  ['src/main/coordinator/queue/index.ts', '../api/rest/server.ts', 'api comes after queue'],
  ['src/main/coordinator/api/server.ts', '../serve.ts', "coordinator's root"],
  ['src/main/coordinator/api/server.ts', '../misc/thing.ts', 'its place'],
  ['src/main/electron/main.ts', '../coordinator/serve.ts', 'two processes'],
  ['src/main/coordinator/serve.ts', 'electron', 'may import electron'],
  ['src/renderer/main.tsx', 'electron/renderer', 'may import electron'],
  ['src/main/coordinator/journal/read.ts', 'better-sqlite3', 'may import better-sqlite3'],
  ['src/main/coordinator/terminal/view.ts', '@lydell/node-pty', 'may import @lydell/node-pty'],
  ['src/native/load.ts', '../agent/run.ts', 'src/native imports only itself'],
  ['src/renderer/main.tsx', '../native/load.ts', 'src/renderer imports only itself'],
  ['src/main/electron/main.ts', '../../native/load.ts', 'src/main imports only itself'],
];

const ALLOWED = [
  ['src/shared/ids.ts', 'zod'],
  ['src/shared/ids.ts', './result.ts'],
  ['src/shared/ids.test.ts', 'vitest'],
  ['src/agent/run.ts', '../shared/ids.ts'],
  ['src/cli/roles.ts', '../agent/run.ts'],
  ['src/cli/roles.ts', '../main/coordinator/serve.ts'],
  ['src/main/coordinator/serve.ts', './api/server.ts'],
  ['src/main/coordinator/api/rest/tasks.ts', '../server.ts'],
  ['src/main/coordinator/api/rest/tasks.ts', '../../journal/read.ts'],
  ['src/main/coordinator/db/open.ts', 'better-sqlite3'],
  ['src/main/electron/tray.ts', 'electron'],
  ['src/native/load.ts', '../shared/result.ts'],
  ['src/main/coordinator/db/sqlite.ts', '../../../native/load.ts'],
  ['src/agent/pty.ts', '../native/load.ts'],
  ['src/cli/commands/version.ts', '../../native/executable.ts'],
  ['src/preload/index.ts', 'electron/renderer'],
  ['test/support/workshop.ts', '../../src/shared/contract.ts'],
];

test.each(REFUSED)('%s may not import %s', (file, specifier, why) => {
  expect(refusal(file, specifier)).toContain(why);
});

test.each(ALLOWED)('%s may import %s', (file, specifier) => {
  expect(refusal(file, specifier)).toBeUndefined();
});
