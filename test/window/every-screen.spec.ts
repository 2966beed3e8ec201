/**
 * Every screen there is, in one walk: axe finds nothing in light or dark, nothing needs scrolling sideways in a narrow window or at
 * twice the size, the Japanese window speaks Japanese, and the focus is seen. Screens are found in the sidebar and in the lists of
 * tabs, so that a new one is walked through without a change here. With KOUBOU_SCREENS=1 (`npm run screens`) the pictures in
 * docs/screens are taken anew.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { z } from 'zod';
import { AGENT_TABS } from '../../src/renderer/agents/detail/tabs.ts';
import { TABS } from '../../src/renderer/task/tabs.ts';
import { patientEngine, type PatientEngine } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import type { Workshop } from '../support/workshop.ts';
import { apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { leftInEnglish } from './language.ts';
import { takeForDocs } from './pictures.ts';

const STEP_MS = 45_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let dataDir = '';
let app: DesktopApp;
let page: Page;
let engine: PatientEngine;
let screens: readonly string[] = [];

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(4 * STEP_MS);
  dataDir = newDataDir();
  app = await openApp(dataDir);
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  await takeForDocs(app, 'empty-start');
  const sides = z.array(z.string()).parse(await page.evaluate(SIDES));
  const paths = sides.flatMap((href) => /#(\/\w+)$/.exec(href)?.[1] ?? []);
  for (const side of paths) {
    await open(side);
    await takeForDocs(app, `empty${side.replaceAll('/', '-')}`);
  }
  await open('/settings');
  const sections = z.array(z.string()).parse(await page.evaluate(SECTIONS));
  engine = patientEngine(dataDir);
  await fill(apiOf(dataDir));
  const tabs = TABS.map((tab) => `/tasks/task-1/${tab}`);
  const agent = AGENT_TABS.map((tab) => `/agents/local-1/${tab}`);
  const views = [
    '/tasks?view=table',
    '/agents?view=list',
    '/agents?view=map',
    '/start',
    '/guide',
    '/nowhere',
  ];
  screens = [
    ...paths,
    ...sections,
    ...views,
    ...tabs,
    '/tasks/task-3/terminal',
    '/tasks/task-2/timeline',
    '/tasks/task-4/why',
    '/tasks/task-6/why',
    '/tasks/task-8/timeline',
    ...agent,
  ];
});

test.afterAll(async () => {
  engine.letGo();
  await app.quit();
  removeDataDir(dataDir);
});

/** Tasks in the states that look different: in review, running, waiting, failed, cancelled. Their words are Japanese. */
async function fill(call: Workshop['call']): Promise<void> {
  const repo = makeRepo(path.join(dataDir, 'shop'), {
    'notes.txt': 'first\n',
    '.koubou.yaml': 'test: cat notes.txt\n',
  });
  const run = (line: string) => ({ kind: 'command', run: line }) as const;
  const titled = (title: string, what: object = {}) =>
    call('tasks.create', { repo, title, body: 'カートの合計。', engine: run('true'), ...what });
  const made = await titled('カートの合計を一度だけ丸める', {
    engine: run('echo 二度目 >> notes.txt; echo できました'),
  });
  await expect
    .poll(async () => (await call('tasks.get', { id: made.id })).state, { timeout: STEP_MS })
    .toBe('review');
  const failing = await titled('失敗する課題', { engine: run('exit 3') });
  await expect
    .poll(async () => (await call('tasks.get', { id: failing.id })).state, { timeout: STEP_MS })
    .toBe('failed');
  await titled('検索結果を並べ替える', { engine: engine.spec });
  await engine.working();
  await titled('請求書に税を書く', { needs: ['gpu'], priority: 'high' });
  const given = await titled('取りやめた課題', { needs: ['gpu'] });
  await call('tasks.cancel', { id: given.id, reason: '不要' });
  await fillQueue(call, repo);
}

/** What stands still and what comes again: pauses, a workflow of which a step is blocked, turns, a recurring task. */
async function fillQueue(call: Workshop['call'], repo: string): Promise<void> {
  const spec = { engine: { kind: 'command', run: 'true' } as const };
  const secret = { security: 'confidential' as const, location: '東京', concurrency: ['path:src'] };
  const pay = {
    repo,
    title: '給与の表を直す',
    body: '',
    priority: 'low',
    ...spec,
    ...secret,
  } as const;
  await call('tasks.create', pay);
  await call('workflows.start', { yaml: workflowOf(repo) });
  const other = makeRepo(path.join(dataDir, 'depot'), { 'notes.txt': 'first\n' });
  await call('tasks.create', {
    ...{ repo: other, title: '倉庫の棚を数える', body: '', batch: '月末', ...spec },
  });
  await call('queue.pause', { scope: { priority: 'low' } });
  await call('queue.pause', { scope: { repo: other } });
  const task = { repo, title: '依存を更新する', body: '', ...spec };
  await call('recurring.save', { cron: '30 6 * * 1-5', timeZone: 'Asia/Tokyo', task });
}

function workflowOf(repo: string): string {
  return [
    `name: 大掃除\nrepo: ${repo}\ndefaults: { engine: 'command:true' }\nsteps:`,
    '  - { id: survey, title: 直す所を調べる, needs: [gpu] }',
    "  - { id: tidy, title: '{{item}} を直す', after: survey, forEach: { items: [表, 図] } }",
  ].join('\n');
}

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any screen, ${scheme}`, async () => {
    test.setTimeout(4 * STEP_MS);
    await resize(1360, 860);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    const found: string[] = [];
    for (const screen of screens) {
      await open(screen);
      found.push(...(await axe(screen, scheme)));
      if (isShown(screen, scheme)) await takeForDocs(app, nameOf(screen), scheme);
    }
    for (const [name, show] of Object.entries(DIALOGS)) {
      await open('/tasks');
      await show();
      found.push(...(await axe(name, scheme)));
      if (scheme === 'light') await takeForDocs(app, name, scheme);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    expect(found).toEqual([]);
  });
}

/** What opens over a screen. */
const DIALOGS: Readonly<Record<string, () => Promise<void>>> = {
  async palette() {
    await page.keyboard.press('Control+k');
    await expect(page.getByTestId('palette')).toBeVisible();
  },
  async help() {
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
  },
  async newTask() {
    await page.getByTestId('new-task').click();
    await expect(page.getByTestId('new-task-repo')).toBeVisible();
  },
  async addAgents() {
    await open('/agents');
    await page.getByTestId('add-hosts-open').click();
    await expect(page.getByRole('dialog')).toBeVisible();
  },
  async invite() {
    await open('/agents');
    await page.getByTestId('invite-open').click();
    await expect(page.getByRole('dialog')).toBeVisible();
  },
  async import() {
    const links = ['https://github.com/koubou/shop/issues/12', 'not a link'].join('\n');
    const paste = `const data = new DataTransfer(); data.setData('text/plain', ${JSON.stringify(links)});
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));`;
    await page.evaluate(paste);
    await expect(page.getByRole('dialog')).toBeVisible();
  },
};

test('nothing has to be scrolled sideways in a narrow window, nor at twice the size', async () => {
  test.setTimeout(3 * STEP_MS);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const tooWide: string[] = [];
  for (const zoom of [1, 2]) {
    await resize(900, 700, zoom);
    for (const screen of screens) {
      await open(screen);
      const width = z.number().parse(await page.evaluate(WIDEST));
      if (width > 900 / zoom) tooWide.push(`${screen} at ${zoom}: ${width}`);
    }
  }
  await resize(1360, 860);
  expect(tooWide).toEqual([]);
});

test('the focus is seen wherever the keyboard takes it', async () => {
  const unseen: string[] = [];
  for (const screen of screens.filter((each) => /^\/\w+$/.test(each))) {
    await open(screen);
    await page.locator('#main').focus();
    for (let n = 0; n < 4; n++) {
      await page.keyboard.press('Tab');
      const lacking = await page.evaluate(UNSEEN_FOCUS);
      if (typeof lacking === 'string') unseen.push(`${screen}: ${lacking}`);
    }
  }
  expect(unseen).toEqual([]);
});

test('the Japanese window speaks Japanese', async () => {
  test.setTimeout(2 * STEP_MS);
  await page.getByTestId('menu').click();
  await page.getByTestId('language-ja').click();
  const left = new Set<string>();
  for (const screen of screens) {
    await open(screen);
    for (const words of await leftInEnglish(page)) left.add(`${screen}: ${words}`);
    if (/^\/\w+$/.test(screen)) await takeForDocs(app, nameOf(screen), 'ja');
  }
  expect([...left]).toEqual([]);
  expect(app.errors).toEqual([]);
});

async function open(screen: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#${screen}`)}`);
  await page.evaluate(DRAWN);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('#main [aria-busy=true], #main .mantine-Loader-root')).toHaveCount(0);
}

/** The docs have every screen in light, and in dark those that the sidebar leads to; sections of settings look alike. */
function isShown(screen: string, scheme: string): boolean {
  if (screen === '/nowhere' || screen.startsWith('/settings/')) return false;
  return scheme === 'light' || /^\/\w+$/.test(screen);
}

function nameOf(screen: string): string {
  return screen.slice(1).replaceAll(/[/?=]/g, '-').replace('local-1', 'one');
}

const Violations = z.array(
  z.looseObject({
    id: z.string(),
    nodes: z.array(z.looseObject({ html: z.string(), failureSummary: z.string().optional() })),
  }),
);

/** What axe says against a screen, a line each. */
async function axe(screen: string, scheme: string): Promise<string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(AXE);
  // The colours are all that changes from light to dark.
  const only = scheme === 'dark' ? ", runOnly: ['color-contrast']" : '';
  const run = `axe.run(document, { resultTypes: ['violations']${only} }).then(({ violations }) => violations)`;
  return Violations.parse(await page.evaluate(run)).flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary = '' }) => {
      const why = failureSummary.split('\n').slice(1).join(' ').trim().slice(0, 240);
      return `${screen}: ${id}: ${html.slice(0, 160)} (${why})`;
    }),
  );
}

/** @param zoom the size of everything in the window; the width is that of the window */
async function resize(width: number, height: number, zoom = 1): Promise<void> {
  await app.electron.evaluate(
    ({ BrowserWindow }, [w, h, factor]) => {
      const [window] = BrowserWindow.getAllWindows();
      window?.setContentSize(w, h);
      window?.webContents.setZoomFactor(factor);
    },
    [width, height, zoom] as const,
  );
  await expect.poll(() => page.evaluate('innerWidth')).toBe(width / zoom);
}

/** The sections of the settings, as their addresses. */
const SECTIONS = `[...document.querySelectorAll('#main a[href^="#/settings/"]')].map((link) => link.hash.slice(1))`;

/** Resolves when what the new address brings was drawn. */
const DRAWN = 'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))';

/** Where the links of the sidebar lead. */
const SIDES = `[...document.querySelectorAll('.sidebar-nav li > a')].map((link) => link.getAttribute('href') ?? '')`;

/** How far to the right anything reaches that is not moved sideways inside its own box. */
const WIDEST = `Math.max(document.documentElement.scrollWidth, document.querySelector('#main').scrollWidth + document.querySelector('#main').offsetLeft)`;

/** The element with the focus, when nothing shows that it has it. */
const UNSEEN_FOCUS = `(() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  for (let at = it, n = 0; at && n < 3; at = at.parentElement, n++) {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
    if ((outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none') return null;
  }
  // A field shows it by its border.
  if (it.matches('input, select, textarea')) return null;
  return it.outerHTML.slice(0, 140);
})()`;
