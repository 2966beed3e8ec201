/**
 * The agents of a large workshop in a real window: tiles, list and map of a thousand machines, and the page of one. The
 * thousand are told to the window by the test; the page of this PC's own agent shows what that really did. Pictures are in
 * test-results/agents.
 */
import path from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type { Agent, Vitals } from '../../src/shared/domain/agent.ts';
import { AgentId, attemptIdOf, SiteId, taskIdOf } from '../../src/shared/ids.ts';
import { patientEngine, type PatientEngine } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import { apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePictures } from './pictures.ts';
import { scriptHosts, type ScriptedHosts } from './scripted-hosts.ts';

const STEP_MS = 45_000;
const MANY = 1_000;

let pictures = '';
let dataDir = '';
let app: DesktopApp;
let page: Page;
let hosts: ScriptedHosts;
let engine: PatientEngine;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(4 * STEP_MS);
  pictures = newPictures('agents');
  dataDir = newDataDir();
  app = await openApp(dataDir);
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  engine = patientEngine(dataDir);
  const repo = makeRepo(path.join(dataDir, 'repo'), { 'notes.txt': 'first\n' });
  await apiOf(dataDir)('tasks.create', { repo, title: 'Round the total', engine: engine.spec });
  await engine.working();
});

test.afterAll(async () => {
  engine.letGo();
  await app.quit();
  removeDataDir(dataDir);
});

test('the page of an agent shows its health, load, work and log', async () => {
  await page.getByRole('link', { name: 'Agents' }).click();
  const tile = page.getByTestId('agent-tile');
  await expect(tile).toHaveCount(1);
  await picture('one');
  await tile.getByRole('heading').getByRole('link').click();
  await expect(page).toHaveURL(/\/agents\/local-1\/overview$/);
  await expect(page.locator('[data-check=connection]')).toContainText('Connected');
  await expect(page.locator('[data-check=clock]')).toHaveAttribute('data-verdict', 'good');
  await expect(page.getByTestId('chart-cpu')).toContainText('%');
  await picture('overview');
  await page.getByTestId('agent-range').locator('label', { hasText: '24 h' }).click();
  await expect(page).toHaveURL(/minutes=1440/);

  await page.getByTestId('agent-tab-work').click();
  await expect(page.getByTestId('agent-terminal')).toContainText('Round the total');
  await expect(page.getByTestId('agent-terminal').locator('.terminal-preview')).toContainText(
    /step \d+/,
  );
  await picture('work');
  await page.getByTestId('agent-terminal').locator('.terminal-preview').click();
  await expect(page).toHaveURL(/\/tasks\/task-1\/terminal$/);
  engine.letGo();
  await page.goBack();
  await expect(page.getByTestId('agent-attempt')).toContainText('Round the total', {
    timeout: STEP_MS,
  });

  await page.keyboard.press('4');
  await expect(page.locator('.agent-log-line').first()).toBeVisible();
  await picture('log');
  await page.keyboard.press('3');
  await expect(page.locator('.agent-tools')).toContainText('git');
  await picture('machine');
});

test('a thousand agents are searched, ordered, and changed many at once', async () => {
  hosts = await scriptHosts(page, (agent) => [agent, ...crowdLike(agent)]);
  await page.evaluate("location.hash = '#/agents'");
  await expect(page.getByTestId('agent-count')).toHaveText(String(MANY + 1));
  hosts.vitals(crowdVitals());
  expect(await page.getByTestId('agent-tile').count()).toBeLessThan(60);
  await picture('grid');

  await page.getByTestId('agent-search').fill('osaka kiln-2');
  await expect(page).toHaveURL(/q=osaka/);
  await expect(page.getByTestId('agent-count')).toContainText('of 1001');
  await page.getByTestId('agents-clear').click();

  await page.getByTestId('agent-search').fill('kiln-2.lan');
  await expect(tileOf('kiln-2').getByTestId('agent-state')).toHaveText('At rest');
  await expect(tileOf('kiln-2').getByTestId('agent-rest')).toContainText('woken');
  await page.getByTestId('agent-search').fill('kiln-4.lan');
  await expect(tileOf('kiln-4')).toContainText('of 4 in use');
  await expect(tileOf('kiln-4').locator('.slots-own')).toContainText('own 2');
  await page.getByTestId('agent-search').fill('kiln-6.lan');
  await expect(tileOf('kiln-6').getByTestId('agent-site')).toHaveText('osaka');
  // What is another coordinator's is looked after there.
  await expect(tileOf('kiln-6').getByTestId('agent-more')).toHaveCount(0);
  await page.getByTestId('agents-clear').click();

  await view('List');
  await page.getByTestId('sort-cpu').click();
  await expect(page).toHaveURL(/view=list.*sort=-cpu/);
  const rows = page.getByTestId('agent-row');
  await expect(rows.first().locator('[data-column=cpu]')).toContainText(/(9|10)\d %/);
  await picture('list');
  await page.getByTestId('sort-name').click();
  await expect(rows.first()).toHaveAttribute('data-agent', 'kiln-0');
  await expect(rows.nth(6).getByTestId('agent-site')).toHaveText('osaka');
  expect(await rows.count()).toBeLessThan(80);
  await rows.nth(2).getByRole('checkbox').click();
  await rows
    .nth(6)
    .getByRole('checkbox')
    .click({ modifiers: ['Shift'] });
  await expect(page.getByTestId('chosen-count')).toHaveText('5 selected');
  hosts.vitals(crowdVitals());
  await picture('bulk');

  const drained = hosts.play('agents.drain', ({ id }) => ({ id }));
  const count = Number(/\d+/.exec((await page.getByTestId('bulk-drain').textContent()) ?? '')?.[0]);
  await page.getByTestId('bulk-drain').click();
  await expect.poll(() => drained.length).toBe(count);
  await page.getByTestId('bulk-clear').click();
  await expect(page.getByTestId('bulk-drain')).toBeHidden();
});

test('the map shows each where it stands, and opens it', async () => {
  hosts.play('agents.vitals', ({ minutes }) => pastOf(minutes));
  hosts.play('agents.attempts', () => ({ attempts: [] }));
  await view('Map');
  await expect(page.getByTestId('agent-cell')).toHaveCount(MANY + 1);
  await expect(page.getByTestId('room')).toHaveCount(6);
  await picture('map');

  await page.locator('[data-testid=agent-cell][data-agent=kiln-7]').click();
  await expect(page).toHaveURL(/\/agents\/kiln-7\/overview$/);
  hosts.vitals(crowdVitals());
  await expect(page.getByTestId('health-overall')).toHaveAttribute('data-verdict', 'bad');
  await expect(page.locator('[data-check=disk_full], [data-check=disk]')).toContainText('40 MB');
  await page.getByTestId('chart-memory').locator('.graph-plot').hover();
  await picture('detail');

  await page.evaluate("localStorage.setItem('koubou.language', 'ja')");
  await page.reload();
  hosts.vitals(crowdVitals());
  await expect(page.getByTestId('health-checks')).toContainText('健康状態');
  await picture('detail-ja');
  await page.evaluate("location.hash = '#/agents?view=map'");
  await expect(page.getByTestId('agent-cell')).toHaveCount(MANY + 1);
  await picture('map-ja');
  expect(app.errors).toEqual([]);
});

const PLACES = ['Tokyo, 3rd floor', 'Tokyo, server room', 'Osaka', 'Fukuoka', 'At home'] as const;
const GROUPS = ['build', 'gpu', 'office'] as const;

function crowdLike(agent: Agent): Agent[] {
  return Array.from({ length: MANY }, (_, index) => playedOne(agent, index));
}

function playedOne(agent: Agent, index: number): Agent {
  const name = `kiln-${index}`;
  const busy = index % 3 === 0 ? 1 + (index % 2) : 0;
  const isAway = index % 17 === 5;
  const conditions = [
    { kind: 'disk_full' as const, since: Date.now() - 600_000, message: '40 MB are free at /srv' },
  ];
  const played: Agent = {
    ...agent,
    id: AgentId.parse(name),
    name,
    slots: 2,
    running: isAway
      ? []
      : Array.from({ length: busy }, (_value, n) => attemptIdOf(taskIdOf(index * 2 + n + 100), 1)),
    connected: !isAway,
    state: isAway ? 'offline' : busy > 0 ? 'busy' : 'idle',
    conditions: index === 7 ? conditions : [],
    capabilities: { ...agent.capabilities, hostname: `${name}.lan` },
    profile: {
      ...agent.profile,
      location: PLACES[index % 37 === 0 ? 4 : index % 4] ?? null,
      groups: [GROUPS[Math.floor(index / 4) % 3] ?? 'build'],
    },
    since: Date.now() - index * 60_000,
  };
  if (index % 97 === 2) return atRest(played);
  if (index % 89 === 4) return { ...played, slots: 4, ownSlots: 2 };
  if (index % 83 === 6) return { ...played, site: SiteId.parse('osaka') };
  if (index % 41 === 3) return { ...played, draining: true, state: 'maintenance' };
  if (index % 53 === 8) return { ...played, overloaded: true, state: 'overloaded' };
  return played;
}

function atRest(agent: Agent): Agent {
  return {
    ...agent,
    ...{ connected: false, state: 'offline', running: [] },
    resting: { since: agent.since, why: 'the load of the workshop is 4 %' },
    profile: { ...agent.profile, standby: true },
  };
}

function crowdVitals(): { agentId: AgentId; vitals: Vitals }[] {
  return Array.from({ length: MANY }, (_, index) => ({
    agentId: AgentId.parse(`kiln-${index}`),
    vitals: {
      cpu: (index % 3 === 0 ? 0.6 : 0.04) + (index % 13) / 40,
      memoryUsedBytes: 4e9 + (index % 29) * 4e8,
      memoryBytes: 16e9,
      diskFreeBytes: index === 7 ? 40 * 1024 * 1024 : 2e10 + index * 1e8,
      load1: 1 + (index % 7),
      rxBytesPerS: 2e5,
      txBytesPerS: 4e4,
      clockAheadMs: 40,
    },
  }));
}

function pastOf(minutes: number) {
  const stepMs = minutes <= 60 ? 15_000 : 120_000;
  const length = (minutes * 60_000) / stepMs;
  const wave = (base: number, size: number, turns: number): (number | null)[] =>
    Array.from({ length }, (_, at) =>
      at > length * 0.3 && at < length * 0.38
        ? null
        : base + size * (0.5 + 0.5 * Math.sin((at / length) * turns * Math.PI)),
    );
  return {
    from: Math.floor(Date.now() / stepMs) * stepMs - (length - 1) * stepMs,
    stepMs,
    cpu: wave(0.1, 0.7, 9),
    memoryUsedBytes: wave(4e9, 7e9, 4),
    diskFreeBytes: wave(4e7, 2e9, 1),
    rxBytesPerS: wave(1e4, 3e6, 13),
    txBytesPerS: wave(1e4, 9e5, 17),
    slotsBusy: wave(0, 2, 5).map((value) => (value === null ? null : Math.round(value))),
  };
}

function tileOf(id: string): Locator {
  return page.locator(`[data-testid=agent-tile][data-agent=${id}]`);
}

async function view(name: string): Promise<void> {
  await page.getByTestId('agents-view').locator('label', { hasText: name }).click();
}

async function picture(name: string): Promise<void> {
  await takePictures(app, pictures, name);
}
