/**
 * Reviewing a change in a real window: the real Claude Code works, led by a server in place of its model; a person reads its
 * transcript, comments on a line, sends it back, reads the next attempt, and merges. Pictures in test-results/review.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { TaskId } from '../../src/shared/ids.ts';
import {
  startMessagesApi,
  type Block,
  type MessagesApi,
  type Turn,
} from '../support/models/messages-api.ts';
import { makeRepo } from '../support/small-repo.ts';
import { ROOT, type Workshop } from '../support/workshop.ts';
import { apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePictures } from './pictures.ts';

const PICTURES = newPictures('review');
const STEP_MS = 60_000;

const TOTAL = `/** Adds up what is in a cart. */
export function total(items) {
  let sum = 0;
  for (const { price, quantity } of items) {
    sum += Math.round(price) * quantity;
  }
  return sum;
}

export function count(items) {
  return items.reduce((sum, { quantity }) => sum + quantity, 0);
}
`;
const CHECKS = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, total } from './total.mjs';

test('counts what is in the cart', () => assert.equal(count([{ quantity: 2 }, { quantity: 1 }]), 3));
test('adds up whole prices', () => assert.equal(total([{ price: 2, quantity: 3 }]), 6));
`;

let dataDir = '';
let app: DesktopApp;
let page: Page;
let model: MessagesApi;
let call: Workshop['call'];
let repo: string;
let id: TaskId;
const prompts: string[] = [];
const before = { ...process.env };

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(3 * STEP_MS);
  model = await startMessagesApi(reply);
  dataDir = newDataDir();
  Object.assign(process.env, {
    PATH: `${path.join(ROOT, 'node_modules/.bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
    CLAUDE_CONFIG_DIR: path.join(dataDir, 'claude'),
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: 'key-of-the-test',
  });
  app = await openApp(dataDir);
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  call = apiOf(dataDir);
  repo = makeRepo(path.join(dataDir, 'shop'), {
    'total.mjs': TOTAL,
    'total.test.mjs': CHECKS,
    '.koubou.yaml': 'test: node --test\n',
  });
  const task = await call('tasks.create', {
    repo,
    title: 'Round the total once',
    body: 'The total is rounded for each line. Round it once, at the end.',
    engine: { kind: 'claude-code' },
  });
  ({ id } = task);
  await until('review');
});

test.afterAll(async () => {
  for (const name of ['PATH', 'CLAUDE_CONFIG_DIR', 'ANTHROPIC_BASE_URL', 'ANTHROPIC_API_KEY']) {
    const value = before[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await app.quit();
  await model.close();
  removeDataDir(dataDir);
});

test('the transcript tells what the engine said and did, and leads to moments', async () => {
  await open('transcript');
  const edit = page.getByTestId('entry').filter({ hasText: 'Edit' }).first();
  await expect(edit).toContainText('total.mjs');
  await expect(edit.locator('.change-added')).toHaveText('+2');
  await expect(page.getByTestId('entry').filter({ hasText: 'Bash' })).toContainText('exit 0');
  await edit.getByRole('button', { expanded: false }).click();
  await expect(edit).toContainText('old_string');
  await expect(page.getByTestId('transcript')).toContainText('In all');
  await takePictures(app, PICTURES, 'transcript');

  await page.getByTestId('transcript-find').fill('once, at the end');
  await page.getByTestId('transcript-find').press('Enter');
  await expect(page.locator('[data-sought=true]')).toBeVisible();
  await page.getByTestId('entry-time').first().click();
  await expect(page).toHaveURL(/at=\d+/);
  await expect(page.locator('[data-standing=true]')).toHaveCount(1);
  await page.getByTestId('transcript-now').click();
  await expect(page).not.toHaveURL(/at=\d+/);
});

test('tests and reasons of the attempt are told', async () => {
  await page.getByTestId('tab-tests').click();
  await expect(page.getByTestId('case')).toHaveCount(3);
  await expect(page.getByTestId('tests')).toContainText('3 passed');
  await page.getByTestId('tab-why').click();
  await expect(page.getByTestId('why').getByRole('row')).toHaveCount(2);
  await expect(page.getByTestId('task-usage')).toContainText('tokens');
  await takePictures(app, PICTURES, 'why');
});

test('a comment on a line goes back with the task, and stands in the next change', async () => {
  test.setTimeout(2 * STEP_MS);
  await page.getByTestId('tab-changes').click();
  const line = page.locator('.line[data-kind=added]').filter({ hasText: 'sum += price' });
  const gone = page.locator('.line[data-kind=removed]').filter({ hasText: 'sum += Math' });
  await expect(gone.locator('[data-changed=true]').first()).toHaveText('Math.round(');
  await line.hover();
  await line.getByTestId('line-comment').click();
  await page.getByTestId('line-comment-text').fill('Say here why it is not rounded.');
  await takePictures(app, PICTURES, 'comment');
  await page.getByTestId('line-comment-add').click();
  await expect(page.getByTestId('review-bar')).toContainText('1 comment');
  const viewed = page.locator('.diff-file-head').filter({ hasText: 'total.mjs' });
  await viewed.getByTestId('viewed').check();
  await expect(line).toBeHidden();
  await viewed.getByTestId('viewed').uncheck();
  // A draft outlives its window.
  await page.reload();
  await expect(page.getByTestId('review-bar')).toBeVisible({ timeout: STEP_MS });
  await page.getByTestId('diff-layout').getByText('Side by side').click();
  await takePictures(app, PICTURES, 'side-by-side');
  await page.getByTestId('diff-layout').getByText('Unified').click();
  await page.getByTestId('review-send').click();
  await expect(page.getByTestId('with-comments')).toBeVisible();
  await page.getByTestId('confirm').click();
  await expect(page.getByTestId('review-bar')).toBeHidden();
  await until('review', 2);
  expect(prompts.at(-1)).toContain('total.mjs:5\n    > sum += price * quantity;');
  expect(prompts.at(-1)).toContain('Say here why it is not rounded.');

  await open('changes');
  await expect(page.getByTestId('line-talk')).toContainText('Say here why it is not rounded.');
  await expect(page.getByTestId('line-talk')).toContainText('attempt 1');
  await takePictures(app, PICTURES, 'second-attempt');
  await page.getByTestId('diff-since').click();
  await page.getByRole('option', { name: 'Since attempt 1' }).click();
  await expect(page.locator('.line[data-kind=added]')).toHaveCount(1);
});

test('what the tests of a command say is shown, with what failed', async () => {
  test.setTimeout(2 * STEP_MS);
  const failing = await call('tasks.create', {
    repo,
    title: 'Break it',
    engine: { kind: 'command', run: 'sed -i "s/sum, { q/sum, { x: q/" total.mjs' },
  });
  await expect
    .poll(async () => (await call('tasks.get', { id: failing.id })).state, { timeout: STEP_MS })
    .toBe('failed');
  await open('tests', failing.id);
  const failure = page.locator('[data-testid=case][data-outcome=failed]');
  await expect(failure).toContainText('counts what is in the cart');
  await expect(failure.locator('pre')).toContainText('NaN');
  await takePictures(app, PICTURES, 'tests');
  await page.getByTestId('tab-transcript').click();
  await expect(page.getByText('A command has no transcript')).toBeVisible();
});

test('in Japanese, it all has words', async () => {
  await page.evaluate("localStorage.setItem('koubou.language', 'ja')");
  await page.reload();
  for (const tab of ['transcript', 'changes', 'tests', 'why']) {
    await open(tab);
    await expect(page.getByTestId(tab === 'changes' ? 'diff' : tab)).toBeVisible();
    await takePictures(app, PICTURES, `${tab}-ja`);
  }
  await page.evaluate("localStorage.setItem('koubou.language', 'en')");
  await page.reload();
});

test('the change is merged', async () => {
  await open('changes');
  await page.getByTestId('approve').click();
  await until('completed');
  expect(readFileSync(path.join(repo, 'total.mjs'), 'utf8')).toContain('// Rounded once');
  expect(app.errors).toEqual([]);
});

/** What the model "thinks": it reads, edits and tests; when it is sent back, it adds the reason. */
function reply({ step, cwd, prompt }: Turn): Block[] {
  const file = path.join(cwd, 'total.mjs');
  if (step === 0) {
    prompts.push(prompt);
    return [
      {
        type: 'text',
        text: '## Plan\n\nThe total is rounded **for each line**. I round it once, at the end:\n\n- read `total.mjs`\n- move `Math.round` out of the loop\n- run the tests',
      },
      use('Read', { file_path: file }),
    ];
  }
  const isBack = prompt.includes('What people said');
  if (step === 1) return [isBack ? explain(file) : move(file)];
  if (step === 2 && !isBack) {
    const check =
      "\ntest('rounds once', () => assert.equal(total([{ price: 0.4, quantity: 3 }]), 1));\n";
    return [
      use('Write', {
        file_path: path.join(cwd, 'rounding.test.mjs'),
        content: `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { total } from './total.mjs';\n${check}`,
      }),
    ];
  }
  if (step === 3 || (isBack && step === 2))
    return [use('Bash', { command: 'node --test', description: 'Run the tests' })];
  return [{ type: 'text', text: 'The total is rounded once. All tests pass.' }];
}

function move(file: string): Block {
  return use('Edit', {
    file_path: file,
    old_string: '    sum += Math.round(price) * quantity;\n  }\n  return sum;',
    new_string: '    sum += price * quantity;\n  }\n  return Math.round(sum);',
  });
}

function explain(file: string): Block {
  return use('Edit', {
    file_path: file,
    old_string: '    sum += price * quantity;',
    new_string: '    // Rounded once, at the end.\n    sum += price * quantity;',
  });
}

function use(name: string, input: Record<string, unknown>): Block {
  return { type: 'tool_use', name, input };
}

async function until(state: string, attempts?: number): Promise<void> {
  const stands = async (): Promise<unknown> => {
    const task = await call('tasks.get', { id });
    return [task.state, attempts === undefined ? undefined : task.attempts];
  };
  await expect.poll(stands, { timeout: STEP_MS }).toEqual([state, attempts]);
}

async function open(tab: string, of = id): Promise<void> {
  await page.evaluate(`location.hash = '#/tasks/${of}/${tab}'`);
  await expect(page.getByTestId(`tab-${tab}`)).toHaveAttribute('aria-current', 'page', {
    timeout: STEP_MS,
  });
}
