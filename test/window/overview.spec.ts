/**
 * The overview and the usage of a workshop in a real window: empty, at work with a machine that the test plays, and with a
 * thousand machines and weeks of usage that the test tells the window of. Pictures are in test-results/overview.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { Agent } from '../../src/shared/domain/agent.ts';
import { AgentId, attemptIdOf, taskIdOf } from '../../src/shared/ids.ts';
import { NO_AMOUNTS, told } from '../../src/shared/usage.ts';
import { makeRepo } from '../support/small-repo.ts';
import { apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePictures } from './pictures.ts';
import { playAgent, PLAYED, type ScriptedAgent } from './scripted-agent.ts';
import { scriptHosts } from './scripted-hosts.ts';

const STEP_MS = 45_000;
const MANY = 1_000;
const DAY_MS = 86_400_000;

let pictures = '';
let dataDir = '';
let app: DesktopApp;
let page: Page;
let kiln: ScriptedAgent | undefined;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(4 * STEP_MS);
  pictures = newPictures('overview');
  dataDir = newDataDir();
  app = await openApp(dataDir);
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
});

test.afterAll(async () => {
  kiln?.leave();
  await app.quit();
  removeDataDir(dataDir);
});

test('an empty workshop shows the next steps', async () => {
  await page.evaluate("location.hash = '#/overview'");
  await expect(page.getByTestId('overview-first')).toBeVisible();
  await expect(page.getByTestId('overview-health')).toContainText('All is quiet');
  await picture('empty');
  await page.getByTestId('overview-first').getByRole('button', { name: 'New task' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('what is at work, what needs a person and what was used show as they happen', async () => {
  const played = await playAgent(dataDir, 'kiln');
  kiln = played;
  const repo = makeRepo(path.join(dataDir, 'repo'), { 'notes.txt': 'first\n' });
  const call = apiOf(dataDir);
  const begun = [];
  for (const title of ['Round the total', 'Translate the receipt']) {
    const engine = { kind: 'command', run: 'true' } as const;
    await call('tasks.create', { repo, title, engine, needs: [PLAYED] });
    const spec = await played.assigned();
    await played.report(spec, { kind: 'started' });
    begun.push(spec);
  }
  const [first] = begun;
  if (!first) throw new Error('nothing was begun');
  await expect(state('in_progress')).toContainText('2');
  await expect(page.getByTestId('overview-health')).toContainText('2 tasks at work on one PC');
  const tile = page.getByTestId('overview-agent').first();
  await expect(tile).toContainText(/kiln.*Busy.*(Round|Translate)/);

  const usage = {
    inputTokens: 41_200,
    outputTokens: 3_900,
    cachedInputTokens: 9_000,
    costUsd: 0.42,
  };
  await played.report(first, { kind: 'usage', usage });
  await played.report(first, {
    kind: 'failed',
    code: 'no_changes',
    message: 'The engine changed nothing.',
    tests: null,
  });
  const need = page.getByTestId('overview-need');
  await expect(need).toContainText('Round the total');
  await expect(page.locator('[data-matter=failed]')).toContainText('A task failed');
  await expect(page.getByTestId('overview-event').first()).toContainText('Round the total');
  await picture('working');

  await need.getByRole('button', { name: /Retry/ }).click();
  await expect(need).toBeHidden();
  await expect(page.getByTestId('overview-health')).toContainText('Everything runs');
  await state('in_progress').click();
  await expect(page).toHaveURL(/#\/tasks\?.*state=in_progress/);

  await page.keyboard.press('u');
  await expect(page.getByTestId('usage-total')).toContainText('45,100');
  await expect(page.getByTestId('usage-total')).toContainText('$0.42');
  await expect(page.getByTestId('forecast')).toContainText('45.1K so far');
  await page.keyboard.press('o');
  await expect(page.getByTestId('overview-used')).toContainText('45.1K tokens today · $0.42');
});

test('a thousand machines and weeks of usage are shown at a glance', async () => {
  const hosts = await scriptHosts(page, (agent) => [agent, ...crowdLike(agent)]);
  hosts.play('stats.get', ({ days }) => statsOf(days));
  hosts.play('usage.get', ({ from, to, by }) =>
    usageOf(from ?? 0, to ?? 0, by === 'hour' ? 3_600_000 : DAY_MS),
  );
  hosts.play('usage.prediction', () => ({
    endsAt: Date.now() + 4e7,
    tokens: { soFar: 2.1e6, expected: 3.4e6, low: 3.1e6, high: 3.7e6, confidence: 'good' },
    recent: {
      from: Date.now() - 7_200_000,
      stepMs: 300_000,
      tokens: Array.from({ length: 24 }, (_, n) => 4e4 + 2e4 * Math.sin(n)),
    },
    costUsd: { soFar: 18.2, expected: 29.4, low: 26.8, high: 32, confidence: 'good' },
  }));
  await page.evaluate("location.hash = '#/overview'");
  await expect(page.getByTestId('overview-cell').first()).toBeVisible();
  expect(await page.getByTestId('overview-cell').count()).toBeLessThan(700);
  await expect(page.locator('[data-matter=blocked]')).toContainText('takes no work');
  await expect(page.getByTestId('overview-done')).toContainText('by now on other days');
  await picture('many');

  await page.getByRole('link', { name: 'Details' }).click();
  await expect(page.getByTestId('usage-row')).toHaveCount(7);
  await picture('usage');
  await page.getByTestId('usage-range').locator('label', { hasText: '30 days' }).click();
  await page.getByTestId('usage-measure').locator('label', { hasText: 'Cost' }).click();
  await expect(page).toHaveURL(/range=month.*show=cost/);
  await expect(page.getByTestId('usage-chart')).toContainText('$');
  const csv = path.join(dataDir, 'usage.csv');
  await app.electron.evaluate(({ session }, to) => {
    session.defaultSession.once('will-download', (_event, item) => item.setSavePath(to));
  }, csv);
  await page.getByTestId('usage-export').click();
  await expect.poll(() => existsSync(csv)).toBe(true);
  expect(readFileSync(csv, 'utf8')).toContain('"Claude Code"');

  await page.evaluate("localStorage.setItem('koubou.language', 'ja')");
  await page.reload();
  await expect(page.getByTestId('forecast')).toContainText('今日の終わり');
  await picture('usage-ja');
  await page.evaluate("location.hash = '#/overview'");
  await expect(page.getByTestId('overview-used')).toContainText('トークン');
  await picture('many-ja');
  expect(app.errors).toEqual([]);
});

function state(name: string) {
  return page.locator(`[data-testid=overview-state][data-state=${name}]`);
}

function crowdLike(agent: Agent): Agent[] {
  return Array.from({ length: MANY }, (_, index): Agent => {
    const name = `kiln-${index}`;
    const isAway = index % 29 === 5;
    const running = index % 3 === 0 && !isAway ? [attemptIdOf(taskIdOf(index + 100), 1)] : [];
    const full = { kind: 'disk_full' as const, since: Date.now() - 600_000, message: 'full' };
    return {
      ...agent,
      id: AgentId.parse(name),
      name,
      slots: 2,
      running,
      connected: !isAway,
      state: isAway ? 'offline' : running.length > 0 ? 'busy' : 'idle',
      conditions: index === 7 ? [full] : [],
    };
  });
}

function amountsAt(index: number, size: number) {
  const wave = 1 + Math.sin(index * 1.7) * 0.5;
  const tokens = Math.round(size * wave * 1e6);
  return {
    ...NO_AMOUNTS,
    created: Math.round(40 * wave * size),
    attempts: Math.round(50 * wave * size),
    completed: Math.round(34 * wave * size),
    failed: Math.round(4 * wave * size),
    inputTokens: tokens,
    outputTokens: Math.round(tokens / 9),
    cachedInputTokens: tokens * 3,
    costMicros: Math.round(tokens * 8),
    busyMs: Math.round(size * wave * 4e7),
    waitMs: Math.round(50 * wave * size * 21_000),
    changedLines: Math.round(2_100 * wave * size),
  };
}

function statsOf(count: number) {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const days = Array.from({ length: count }, (_, index) => ({
    at: today - (count - 1 - index) * DAY_MS,
    usage: told(amountsAt(index, index === count - 1 ? 0.6 : 1)),
  }));
  return { days, today: told(amountsAt(count - 1, 0.6)), usual: told(amountsAt(3, 0.5)) };
}

function usageOf(from: number, to: number, size: number) {
  const count = Math.ceil((to - from) / size);
  const names = ['claude-code', 'command', 'atelier', 'forge', 'loom', 'anvil', null];
  return {
    pieces: Array.from({ length: count }, (_, index) => from + index * size),
    groups: names.map((name, group) => ({
      name,
      total: told(amountsAt(group, count / (group + 1))),
      pieces: Array.from({ length: count }, (_, index) =>
        told(amountsAt(index + group * 5, 1 / (group + 1))),
      ),
    })),
    total: told(amountsAt(2, count * 2.5)),
  };
}

async function picture(name: string): Promise<void> {
  await takePictures(app, pictures, name);
}
