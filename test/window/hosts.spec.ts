/**
 * PCs that become agents, as one sees it in a real window: adding one and many, the steps, what is asked, an update over
 * the fleet. What the coordinator says of hosts is played; a picture of each stage is in test-results/hosts.
 */
import { expect, test, type Page } from '@playwright/test';
import { removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePictures } from './pictures.ts';
import { openWithHosts, provisioningAt, REPORT, type ScriptedHosts } from './scripted-hosts.ts';

const STEP_MS = 45_000;
const SECRET = 'correct horse battery';

let pictures = '';
let app: DesktopApp;
let page: Page;
let hosts: ScriptedHosts;

test.beforeAll(() => {
  pictures = newPictures('hosts');
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

test('many PCs are added from one text, with what holds for all of them', async () => {
  hosts.play('hosts.suggest', () => ({
    hosts: [
      { target: 'forge', from: ['ssh_config'], address: '192.168.1.31', koubou: false },
      { target: 'kiln.local', from: ['mdns'], address: '192.168.1.44', koubou: true },
      { target: 'anvil.lan', from: ['known_hosts', 'mdns'], address: null, koubou: false },
    ],
  }));
  const added = hosts.play('agents.add', ({ hosts: asked }) => ({
    provisionings: asked.map(({ target }, index) =>
      provisioningAt(index + 1, target, 'connect', { state: 'waiting' }, { state: 'waiting' }),
    ),
  }));
  await page.keyboard.press('Control+k');
  await page.keyboard.type('add pcs');
  await page.keyboard.press('Enter');
  await page.getByTestId('hosts-text').fill('aya@atelier.lan');
  await expect(page.getByTestId('found-hosts')).toContainText('1 PC');
  await expect(page.getByTestId('host-name')).toBeVisible();
  await picture('add-one');

  await page.getByTestId('hosts-text').fill('aya@atelier.lan\nben@10.0.0.[10-\nbuild{01..03}.lan');
  await expect(page.getByTestId('host-mistake')).toContainText('Line 2');
  await expect(page.getByTestId('add-hosts-submit')).toBeDisabled();
  await picture('add-mistake');

  await page.getByTestId('hosts-text').fill('aya@atelier.lan\nben@10.0.0.[10-12]');
  await page.getByTestId('suggestion').first().click();
  await expect(page.getByTestId('hosts-text')).toHaveValue(/\nforge$/);
  await dropFile('build{01..03}.lan\n');
  await expect(page.getByTestId('found-hosts')).toHaveText('8 PCs');
  await expect(page.getByTestId('host-name')).toBeHidden();
  await page.getByTestId('host-groups').fill('build');
  await page.getByTestId('host-location').fill('Tokyo, 3rd floor');
  await page.getByText('For the whole PC').click();
  await page.getByText('Testing', { exact: true }).click();
  await picture('add-many');
  await page.getByTestId('add-hosts-submit').click();

  await expect(page.getByTestId('provisioning')).toHaveCount(8);
  await expect(page.getByTestId('provisioning-summary')).toHaveText('0 of 8 done');
  const [call] = added;
  expect(call?.hosts.map(({ target }) => target)).toContain('ben@10.0.0.11');
  for (const host of call?.hosts ?? []) {
    expect(host).toMatchObject({
      install: 'system',
      profile: { groups: ['build'], location: 'Tokyo, 3rd floor', specialties: ['testing'] },
    });
  }
});

test('each step is seen, and what the PC lacks', async () => {
  const target = 'aya@atelier.lan';
  const looked = hosts.play('hosts.check', () =>
    provisioningAt(9, target, 'connect', { kind: 'check' }),
  );
  await page.getByTestId('add-hosts-open').click();
  await page.getByTestId('hosts-text').fill(target);
  await page.getByTestId('check-host').click();
  await expect(page.getByTestId('provisioning')).toContainText('Look only');
  expect(looked).toEqual([{ target }]);
  hosts.show(provisioningAt(9, target, null, { kind: 'check' }));
  await expect(page.getByTestId('provisioning')).toContainText('nothing was changed');
  await page.getByTestId('put-away').click();

  hosts.show(provisioningAt(1, target, 'sign_in', {}, { message: 'Trying the key id_ed25519.' }));
  await expect(step('sign_in')).toHaveAttribute('data-state', 'running');
  const warned = {
    state: 'warned' as const,
    message: 'Usable. 2 of 8 checks are below what is recommended.',
    output: 'Linux atelier 6.8.0-41-generic x86_64\n',
  };
  hosts.show(provisioningAt(1, target, 'preflight', { report: REPORT }, warned));
  await expect(page.getByTestId('report-item')).toHaveCount(1);
  await picture('steps-report-short');
  await step('preflight').getByRole('button').click();
  await expect(page.getByTestId('report-item')).toHaveCount(8);
  await expect(page.getByTestId('step-output')).toContainText('6.8.0');
  await picture('steps-report');
  await step('preflight').getByRole('button').click();

  let done = 4_000_000;
  // Speed is measured over time that really passes: pieces come until it is told.
  await expect(async () => {
    done += 1_500_000;
    const progress = { done, total: 38_400_000 };
    hosts.show(provisioningAt(1, target, 'upload', { tunnel: true }, { progress, message: '' }));
    await expect(page.getByTestId('upload')).toContainText('MB/s', { timeout: 200 });
  }).toPass();
  await expect(page.getByTestId('upload')).toContainText('of 37 MB');
  await expect(page.getByTestId('tunnel')).toBeVisible();
  await picture('steps-upload');

  hosts.show(provisioningAt(1, target, null));
  await expect(page.getByTestId('provisioning-summary')).toHaveText('1 of 1 done');
  await page.getByTestId('put-away').click();
  await expect(page.getByTestId('provisionings')).toBeHidden();
});

test('an unknown host key is compared, and nothing goes on before', async () => {
  const answers = hosts.play('provisionings.answer', ({ id }) =>
    provisioningAt(Number(id.split('-')[1]), 'aya@atelier.lan', 'host_key'),
  );
  const asks = provisioningAt(
    1,
    'aya@atelier.lan',
    'host_key',
    { state: 'asking', question: HOST_KEY },
    { state: 'asking', message: 'Not seen before.' },
  );
  hosts.show(asks);
  await expect(page.getByTestId('fingerprint')).toHaveText(HOST_KEY.fingerprint);
  await expect(page.getByTestId('asking-count')).toHaveText('1');
  await expect(page.getByTestId('health')).toContainText('1 PC asks you');
  await picture('ask-host-key');
  await page.getByTestId('host-key-trust').click();
  await expect.poll(() => answers).toEqual([{ id: asks.id, n: 1, answers: ['yes'] }]);

  hosts.show({ ...asks, question: { ...HOST_KEY, n: 2, host: 'gate.lan:22' } });
  await page.getByTestId('host-key-stop').click();
  await expect.poll(() => answers.at(-1)).toEqual({ id: asks.id, n: 2, answers: null });

  hosts.show(
    provisioningAt(
      1,
      'aya@atelier.lan',
      'host_key',
      {
        state: 'failed',
        endedAt: Date.now(),
        error: {
          code: 'host_key_changed',
          message:
            'The key of atelier.lan is another one than before. Nothing was sent. If the PC was set up anew, remove its line with “ssh-keygen -R atelier.lan” and try again; if not, somebody may be in between.',
        },
      },
      { state: 'failed', message: 'The key has changed.' },
    ),
  );
  await expect(page.getByTestId('provisioning-error')).toContainText('Nothing was sent');
  await expect(page.getByTestId('provisioning-retry')).toBeVisible();
  await expect(page.getByTestId('asking-count')).toBeHidden();
  await picture('host-key-changed');
});

test('a password is sent once, and is nowhere in the window afterwards', async () => {
  const answers = hosts.play('provisionings.answer', () =>
    provisioningAt(1, 'aya@atelier.lan', 'sign_in'),
  );
  const asks = provisioningAt(
    1,
    'aya@atelier.lan',
    'sign_in',
    {
      state: 'asking',
      question: {
        kind: 'prompts',
        n: 3,
        host: 'aya@atelier.lan:22',
        what: 'interactive',
        text: 'Two-factor sign-in of the workshop',
        prompts: [
          { text: 'Password: ', echo: false },
          { text: 'Code: ', echo: true },
        ],
      },
    },
    { state: 'asking' },
  );
  hosts.show(asks);
  const fields = page.getByTestId('prompt');
  await expect(fields).toHaveCount(2);
  await expect(fields.first()).toHaveAttribute('type', 'password');
  await expect(fields.last()).toHaveAttribute('type', 'text');
  await expect(fields.first()).toBeFocused();
  await fields.first().fill(SECRET);
  await fields.last().fill('429 170');
  await picture('ask-prompts');
  await fields.last().press('Enter');
  await expect.poll(() => answers).toEqual([{ id: asks.id, n: 3, answers: [SECRET, '429 170'] }]);
  await expect(fields.first()).toHaveValue('');
  hosts.show(provisioningAt(1, 'aya@atelier.lan', 'probe'));
  await expect(fields).toHaveCount(0);
  const kept: unknown = await page.evaluate(`JSON.stringify([
    document.documentElement.outerHTML,
    { ...localStorage },
    { ...sessionStorage },
    [...document.querySelectorAll('input')].map(({ value }) => value),
  ])`);
  expect(kept).toContain('aya@atelier.lan');
  expect(kept).not.toContain(SECRET);
});

async function picture(name: string): Promise<void> {
  await takePictures(app, pictures, name);
}

function step(name: string) {
  return page.locator(`[data-testid=step][data-step=${name}]`);
}

/** Drops a text file on the field, as one does from a folder. */
async function dropFile(text: string): Promise<void> {
  await page.evaluate(`{
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([${JSON.stringify(text)}], 'hosts.txt', { type: 'text/plain' }));
    const field = document.querySelector('[data-testid=hosts-drop]');
    for (const type of ['dragover', 'drop'])
      field.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  }`);
}

const HOST_KEY = {
  kind: 'host_key',
  n: 1,
  host: 'atelier.lan:22',
  algorithm: 'ssh-ed25519',
  fingerprint: 'SHA256:Zr3pJw0kq1v0xN5mY7b9sQe2uT4cHd8fGa6LkVoXyRw',
} as const;
