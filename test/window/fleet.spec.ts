/**
 * Many machines in a real window: hundreds that are set up at once, agents that came over SSH and by invitation, changing
 * and removing them, and an update over the fleet. What the coordinator says of hosts is played; pictures are in
 * test-results/fleet.
 */
import { expect, test, type Page } from '@playwright/test';
import type { Agent } from '../../src/shared/domain/agent.ts';
import { AgentId } from '../../src/shared/ids.ts';
import type { Rollout } from '../../src/shared/rollout.ts';
import { removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePictures } from './pictures.ts';
import { playAgent } from './scripted-agent.ts';
import {
  openWithHosts,
  provisioningAt,
  scriptHosts,
  type ScriptedHosts,
} from './scripted-hosts.ts';

const STEP_MS = 45_000;

let pictures = '';
let app: DesktopApp;
let page: Page;
let hosts: ScriptedHosts;

test.beforeAll(() => {
  pictures = newPictures('fleet');
});

test.beforeEach(async () => {
  test.setTimeout(4 * STEP_MS);
  ({ app, hosts } = await openWithHosts(STEP_MS));
  ({ page } = app);
});

test.afterEach(async () => {
  await app.quit();
  removeDataDir(app.dataDir);
});

test('hundreds of PCs stay fluent, and are told in one line', async () => {
  await watchLongTasks();
  const all = Array.from({ length: 500 }, (_, index) => manyAt(index + 1));
  hosts.show(...all);
  await expect(page.getByTestId('provisioning-summary')).toHaveText(
    '150 of 500 done, 2 ask, 3 failed',
  );
  await picture('many');
  expect(await page.getByTestId('provisioning').count()).toBeLessThan(60);
  for (let round = 0; round < 40; round += 1) {
    const at = 200 + (round % 8);
    const progress = { done: round * 900_000, total: 38_400_000 };
    hosts.show(provisioningAt(at, `build${at}.lan`, 'upload', {}, { progress }));
    await nextFrame();
  }
  for (const by of [2_000, 8_000, 12_000, -6_000]) {
    await page.evaluate(`document.querySelector('.agents').scrollBy(0, ${by})`);
    await nextFrame();
    await expect(page.getByTestId('provisioning').first()).toBeVisible();
  }
  await page.evaluate(`document.querySelector('.agents').scrollTo(0, 0)`);
  await page.locator('[data-filter=asking]').click();
  await expect(page.getByTestId('ask-prompts')).toHaveCount(2);
  await page.locator('[data-filter=failed]').click();
  await expect(page.getByTestId('provisioning')).toHaveCount(3);
  await picture('many-failed');
  test.info().annotations.push({ type: 'long tasks', description: await longTasks() });
});

test('an invitation is one command, and counts down', async () => {
  let expiresAt = Date.now() + 600_000;
  hosts.play('invitations.create', () => ({
    token: 't'.repeat(43),
    url: 'https://192.168.1.5:8443',
    command: `koubou agent join https://192.168.1.5:8443 --token ${'k3'.repeat(21)}`,
    expiresAt,
  }));
  await page.getByTestId('invite-open').click();
  await page.getByTestId('invite-make').click();
  await expect(page.getByTestId('invite-command')).toContainText('koubou agent join https://');
  await expect(page.getByRole('timer')).toHaveText(/Good for \d+:\d\d/);
  await picture('invite');
  expiresAt = Date.now() - 1;
  await page.getByTestId('invite-make').click();
  await expect(page.getByTestId('invite-over')).toBeVisible();
});

test('agents that joined are told with where they stand, and are changed and removed', async () => {
  const agents = await playFleet();
  hosts.show(
    provisioningAt(1, 'aya@kiln.lan', null, { tunnel: true, agentId: AgentId.parse('kiln') }),
  );
  hosts.rollout(rolloutOf('none'));
  const forge = tileOf('forge');
  await expect(forge).toContainText('Tokyo, 3rd floor');
  await expect(forge.getByTestId('update-available')).toContainText('0.2.0');
  await expect(tileOf('kiln').getByTestId('tunnel')).toBeVisible();
  await expect(tileOf('anvil').getByTestId('agent-state')).toHaveText('Updating');
  await expect(tileOf('loom').getByTestId('agent-state')).toHaveText('Setting up');
  await page.getByTestId('put-away').click();
  await picture('agents');
  await forge.getByRole('link', { name: 'forge', exact: true }).click();
  await page.getByTestId('agent-tab-machine').click();
  await expect(page.getByTestId('membership')).toContainText('over SSH · aya@forge.lan:22');
  await page.keyboard.press('Escape');

  const changes = hosts.play('agents.change', ({ id, name = '', profile }) => ({
    ...AGENTS.get(id),
    ...{ name, profile },
  }));
  await forge.getByTestId('agent-more').click();
  await page.getByTestId('agent-edit').click();
  await page.getByTestId('edit-name').fill('Forge two');
  await page.getByTestId('host-wake').fill('00-1B-44-11-3A');
  await expect(page.getByTestId('edit-save')).toBeDisabled();
  await page.getByTestId('host-wake').fill('00-1B-44-11-3A-B7');
  await picture('edit');
  await page.getByTestId('edit-save').click();
  await expect(page.getByTestId('edit-agent')).toBeHidden();
  expect(changes[0]).toMatchObject({
    name: 'Forge two',
    profile: { location: 'Tokyo, 3rd floor', wakeAddress: '00:1b:44:11:3a:b7' },
  });

  const removed = hosts.play('agents.uninstall', () =>
    provisioningAt(2, 'aya@forge.lan', 'connect', { kind: 'uninstall' }),
  );
  await forge.getByTestId('agent-more').click();
  await page.getByTestId('agent-uninstall').click();
  await page.getByTestId('uninstall-name').fill('forg');
  await expect(page.getByTestId('uninstall-submit')).toBeDisabled();
  await page.getByTestId('uninstall-name').fill('forge');
  await picture('uninstall');
  await page.getByTestId('uninstall-submit').click();
  await expect(page.getByTestId('provisioning')).toContainText('Uninstall');
  expect(removed).toEqual([{ id: 'forge' }]);
  for (const agent of agents) agent.leave();
});

test('an update over the fleet stops at the first that fails, and goes on past it', async () => {
  const agents = await playFleet();
  const started = hosts.play('rollouts.start', () => rolloutOf('running'));
  const paused = hosts.play('rollouts.pause', () => rolloutOf('paused'));
  const resumed = hosts.play('rollouts.resume', () => rolloutOf('running'));
  hosts.rollout(rolloutOf('none'));
  await page.getByTestId('rollout-open').click();
  await expect(page.getByTestId('rollout-start')).toBeVisible();
  await picture('rollout-start');
  await page.getByTestId('rollout-start').click();
  await expect.poll(() => started).toEqual([{ atOnce: 1 }]);

  hosts.rollout(rolloutOf('running', { anvil: 'done', forge: 'running' }));
  await page.getByTestId('rollout').getByRole('button', { name: 'Updating to 0.2.0' }).click();
  await expect(page.getByTestId('rollout-agent')).toHaveCount(3);
  await picture('rollout');
  await page.getByTestId('rollout-pause').click();
  await expect.poll(() => paused.length).toBe(1);
  hosts.rollout(rolloutOf('paused', { anvil: 'done', forge: 'done' }));
  await page.getByTestId('rollout-resume').click();
  await expect.poll(() => resumed.length).toBe(1);

  hosts.rollout(rolloutOf('stopped', { anvil: 'done', forge: 'failed' }));
  await expect(page.getByTestId('rollout-stopped')).toContainText('forge did not pass');
  await expect(page.getByTestId('rollout-stopped')).toContainText('could not be cloned');
  await picture('rollout-stopped');
  await page.getByTestId('rollout-past').click();
  await expect.poll(() => resumed.length).toBe(2);
  hosts.rollout(rolloutOf('done', { anvil: 'done', forge: 'failed', kiln: 'done' }));
  await expect(page.getByTestId('rollout')).toContainText('1 not updated');
  await page.getByTestId('rollout').getByRole('button', { name: 'Hide' }).click();
  await expect(page.getByTestId('rollout')).toBeHidden();
  for (const agent of agents) agent.leave();
});

const NAMES = ['anvil', 'forge', 'kiln'] as const;
const AGENTS = new Map<string, Agent>();

/** Three machines that came over SSH and by invitation, in the states that updates bring, and one that is not here yet. */
async function playFleet() {
  const agents = await Promise.all([...NAMES, 'loom'].map((name) => playAgent(app.dataDir, name)));
  await expect(page.getByTestId('agent-tile')).toHaveCount(5);
  hosts = await scriptHosts(page, enrolled);
  await expect(tileOf('forge')).toContainText('Tokyo, 3rd floor');
  return agents;
}

function enrolled(agent: Agent): Agent {
  const host = `aya@${agent.id}.lan:22`;
  const keyHash = '3f9ac1d27b60e458'.repeat(4);
  const at = Date.now() - 3 * 86_400_000;
  if (agent.id === 'loom') {
    return { ...agent, state: 'provisioning', connected: false, version: '', running: [] };
  }
  if (!NAMES.some((name) => name === agent.id)) return agent;
  const via = agent.id === 'anvil' ? 'invitation' : 'ssh';
  const changed: Agent = {
    ...agent,
    profile: {
      groups: ['build', 'gpu'],
      location: 'Tokyo, 3rd floor',
      clearance: agent.id === 'kiln' ? 'confidential' : 'internal',
      specialties: ['testing'],
      wakeAddress: null,
      mayOrder: false,
      standby: false,
    },
    enrolment: { via, keyHash, host: via === 'ssh' ? host : null, at },
    ...(agent.id === 'anvil' && {
      state: 'updating',
      update: { state: 'running', version: '0.2.0', build: 'b2', why: null, at },
    }),
    ...(agent.id === 'kiln' && {
      update: { state: 'failed', version: '0.2.0', build: 'b2', why: WHY, at },
    }),
  };
  AGENTS.set(agent.id, changed);
  return changed;
}

const WHY = 'It did not pass the self-test within 30 s: the repository could not be cloned.';

type AgentStates = Partial<Record<(typeof NAMES)[number], Rollout['agents'][number]['state']>>;

function rolloutOf(state: Rollout['state'], states: AgentStates = {}): Rollout {
  return {
    state,
    version: '0.2.0',
    build: 'b2',
    atOnce: 1,
    startedAt: state === 'none' ? null : 1_700_000_000_000,
    agents:
      state === 'none'
        ? []
        : NAMES.map((name) => ({
            agentId: AgentId.parse(name),
            state: states[name] ?? 'waiting',
            why: states[name] === 'failed' ? WHY : null,
          })),
    message: state === 'stopped' ? WHY : null,
  };
}

function tileOf(name: string) {
  return page.locator(`[data-testid=agent-tile][data-agent=${name}]`);
}

async function picture(name: string): Promise<void> {
  await takePictures(app, pictures, name);
}

function manyAt(n: number) {
  const target = `build${n}.lan`;
  if (n <= 150) return provisioningAt(n, target, null);
  if (n <= 152) {
    const prompts = [{ text: '', echo: false }];
    const question = {
      kind: 'prompts',
      n: 1,
      host: target,
      what: 'password',
      text: '',
      prompts,
    } as const;
    return provisioningAt(n, target, 'sign_in', { state: 'asking', question }, { state: 'asking' });
  }
  if (n <= 155) {
    const message = `${target} did not answer within 10 s. Check that it is on and that its port is right.`;
    const error = { code: 'timeout', message };
    const change = { state: 'failed', endedAt: Date.now(), error } as const;
    return provisioningAt(n, target, 'connect', change, { state: 'failed', message: 'No answer.' });
  }
  if (n <= 163) return provisioningAt(n, target, 'upload');
  return provisioningAt(n, target, 'connect', { state: 'waiting' }, { state: 'waiting' });
}

async function nextFrame(): Promise<void> {
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
}

async function watchLongTasks(): Promise<void> {
  await page.evaluate(`{
    globalThis.longTasks = [];
    new PerformanceObserver((list) => {
      longTasks.push(...list.getEntries().map(({ duration }) => Math.round(duration)));
    }).observe({ entryTypes: ['longtask'] });
  }`);
}

async function longTasks(): Promise<string> {
  return await page.evaluate<string>('JSON.stringify(longTasks)');
}
