/** `koubou tasks show` and `tasks update` against a real API: what was found of a task, where from, and how a person puts it right. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { openTestApi, TOKEN, type TestApi } from '../../src/main/coordinator/api/testing.ts';
import { mustCreate } from '../../src/main/coordinator/journal/testing.ts';
import { TaskAnalysis } from '../../src/shared/domain/analysis.ts';
import type { TaskId } from '../../src/shared/ids.ts';

const FOUND = TaskAnalysis.parse({
  specialty: { value: 'frontend', from: 'path', why: 'src/ui/Cart.tsx' },
  needs: [{ value: 'node', from: 'language', why: 'package.json' }],
  size: { value: 'medium', from: 'default' },
  durationMs: { value: 600_000, from: 'history', why: 'median of 12 tasks' },
  costUsd: { value: null, from: 'default' },
  security: { value: 'internal', from: 'default' },
  location: { value: 'London', from: 'repository', why: '.koubou.yaml' },
});

interface Ran {
  readonly code: number;
  readonly out: string;
}

interface Open {
  readonly api: TestApi;
  readonly id: TaskId;
  readonly koubou: (...args: string[]) => Promise<Ran>;
}

/** With one task that was analysed. */
async function open(): Promise<Open> {
  const api = await openTestApi();
  const home = mkdtempSync(path.join(tmpdir(), 'koubou-facts-command-'));
  onTestFinished(async () => {
    await api.close();
    rmSync(home, { recursive: true, force: true });
  });
  const id = await mustCreate(api.journal, { title: 'Mend the cart' });
  const about = { taskId: id, specialty: 'frontend', analysis: FOUND } as const;
  await api.submit({ type: 'task.analyse', ...about });
  let run = 0;
  return {
    ...{ api, id },
    async koubou(...args) {
      let out = '';
      run += 1;
      const code = await runCli(
        args,
        {
          write: async (text) => void (out += text),
          warn: (line) => (out += `${line}\n`),
          readInput: async () => '',
          ask: async () => null,
          openKeyboard: () => null,
          env: { KOUBOU_URL: api.url, KOUBOU_TOKEN: TOKEN },
          ...{ platform: 'linux', home, cwd: home, colours: false, columns: undefined },
          now: () => 1_700_000_000_000,
          requestKey: `run-${run}`,
          offline: async () => await import('../../src/main/coordinator/offline.ts'),
          simulator: () => Promise.reject(new Error('nothing is simulated here')),
          stop: new AbortController().signal,
        },
        () => {},
      );
      return { code, out };
    },
  };
}

test('what was found is shown with where it came from', async () => {
  const { koubou } = await open();
  const { out } = await koubou('tasks', 'show', '1');
  expect(out).toMatch(/^specialty +frontend +path: src\/ui\/Cart\.tsx$/m);
  expect(out).toMatch(/^needs +node +language: package\.json$/m);
  expect(out).toMatch(/^takes +\S+ +history: median of 12 tasks$/m);
  expect(out).toMatch(/^location +London +repository: \.koubou\.yaml$/m);
  // Nobody knows what it costs.
  expect(out).not.toMatch(/^costs/m);
});

test('what a person says stands from then on', async () => {
  const { api, id, koubou } = await open();
  const about = ['--specialty', 'security', '--size', 'large', '--minutes', '90', '--cost', '2.5'];
  const where = ['--security', 'confidential', '--location', 'anywhere', '--needs', 'gpu'];
  const { code, out } = await koubou('tasks', 'update', '1', ...about, ...where);
  expect(code).toBe(0);
  expect(out).toMatch(/^specialty +security +person$/m);
  expect(out).toMatch(/^costs +\$2\.50 +person$/m);
  const person = { from: 'person' } as const;
  expect(api.journal.task(id)).toMatchObject({
    ...{ specialty: 'security', security: 'confidential', location: null, needs: ['gpu'] },
    analysis: {
      needs: [{ value: 'gpu', ...person }],
      durationMs: { value: 5_400_000, ...person },
      location: { value: null, ...person },
    },
  });
  const answer = await fetch(`${api.url}/api/v1/tasks/${id}/outlook`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  expect(await answer.json()).toMatchObject({ usual: { ms: 5_400_000, of: 0 } });
});

test('needs and keys are given as a whole, and "none" takes them away', async () => {
  const { api, id, koubou } = await open();
  await koubou('tasks', 'update', '1', '--concurrency', 'branch:main', 'path:db');
  expect(api.journal.task(id)?.concurrency).toEqual(['branch:main', 'path:db']);
  await koubou('tasks', 'update', '1', '--concurrency', 'none', '--needs', 'none');
  expect(api.journal.task(id)).toMatchObject({ concurrency: [], needs: [] });
});

test.each([
  ['nothing to change', []],
  ['a specialty that there is not', ['--specialty', 'cooking']],
  ['a time that is none', ['--minutes', 'long']],
])('%s is a wrong use', async (_, args) => {
  const { koubou } = await open();
  expect((await koubou('tasks', 'update', '1', ...args)).code).toBe(2);
});
