/** What is read of real repositories for the analysis, how often, and what is said when it cannot be. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Forge } from '../../forge/port.ts';
import type { LocalForge } from '../../forge/local/local-forge.ts';
import { openTestForge, scratch, type Scratch } from '../../forge/local/testing.ts';
import { testClock, type TestClock } from '../../journal/testing.ts';
import { openRepositories, type Look, type Repositories } from './repositories.ts';

// A busy machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

let s: Scratch;
let forge: LocalForge;
let clock: TestClock;
let repositories: Repositories;

beforeEach(() => {
  s = scratch();
  forge = openTestForge(s);
  clock = testClock();
  repositories = openRepositories(forge, clock);
});
afterEach(async () => {
  await forge.close();
  s[Symbol.dispose]();
});

async function look(url: string): Promise<Look> {
  return await repositories.of({ url, base: null }, 1_000);
}

it('finds the rules and the files that name tools, from the base and not from the work tree', async () => {
  const url = s.repo('shop', {
    '.koubou.yaml':
      'test: npm test\ntasks:\n  location: London\n  paths:\n    src/ui/: { needs: [node] }\n',
    'go.mod': 'module shop',
    'web/ü/package.json': '{}',
    'web/package.json.txt': '',
  });
  expect(await look(url)).toEqual({
    repository: {
      rules: { location: 'London', paths: { 'src/ui/': { needs: ['node'] } } },
      marks: ['go.mod', 'web/ü/package.json'],
    },
    missing: null,
  });
});

it('looks again after a minute, and answers at once until then', async () => {
  const url = s.repo('shop', { 'go.mod': '' });
  await look(url);
  s.commit(url, { 'Cargo.toml': '' });
  const soon = repositories.of({ url, base: null }, 1_000);
  expect(soon).toMatchObject({ repository: { marks: ['go.mod'] } });
  clock.advance(60_000);
  expect((await look(url)).repository?.marks).toEqual(['Cargo.toml', 'go.mod']);
});

it.each([
  ['tasks:\n  specialty: cooking\n', 'specialty'],
  ['tasks: [', ''],
  ['task: {}', 'task'],
])('says that a configuration is not as it must be: %j', async (text, word) => {
  const { repository, missing } = await look(s.repo('shop', { '.koubou.yaml': text }));
  expect(repository?.rules).toBeUndefined();
  expect(missing).toContain('.koubou.yaml is not as it must be');
  expect(missing).toContain(word);
});

it('says that a repository cannot be read', async () => {
  expect(await look('/nowhere/at/all')).toEqual({
    ...{ repository: null, missing: 'the repository could not be read' },
  });
});

it('waits no longer than it is told, and has it for the next task', async () => {
  const { promise, resolve } = Promise.withResolvers<Awaited<ReturnType<Forge['survey']>>>();
  repositories = openRepositories({ survey: async () => await promise }, clock);
  const first = look('/slow');
  clock.advance(1_000);
  expect((await first).missing).toBe('the repository could not be read in time');
  const second = look('/slow');
  resolve({ ok: true, value: { commit: 'c', found: ['go.mod'], text: null } });
  expect((await second).repository?.marks).toEqual(['go.mod']);
});
