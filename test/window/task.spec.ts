/**
 * One task in a real window: its attempts as a chart, its terminal at any moment of them, played again and saved. The
 * machines are played by the test. Pictures in test-results/task.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type { Task } from '../../src/shared/domain/task.ts';
import { encodeOutput } from '../../src/shared/protocol/output.ts';
import type { AttemptSpec } from '../../src/shared/protocol/agent.ts';
import { makeRepo } from '../support/small-repo.ts';
import type { Workshop } from '../support/workshop.ts';
import { apiOf, newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePictures } from './pictures.ts';
import { playAgent, PLAYED, type ScriptedAgent } from './scripted-agent.ts';

const PICTURES = newPictures('task');
const STEP_MS = 45_000;
/** About 1.5 MB: half as much again as is read of the end. */
const LINES = 13_000;

let dataDir = '';
let app: DesktopApp;
let page: Page;
let call: Workshop['call'];
let kiln: ScriptedAgent;
let task: Task;
let print: (text: string) => void;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  test.setTimeout(2 * STEP_MS);
  dataDir = newDataDir();
  app = await openApp(dataDir);
  ({ page } = app);
  await expect(page.getByTestId('health')).toContainText('1 agent', { timeout: STEP_MS });
  call = apiOf(dataDir);
  kiln = await playAgent(dataDir, 'kiln');
  const repo = makeRepo(path.join(dataDir, 'shop'), { 'README.md': '# Shop\n' });
  task = await call('tasks.create', {
    repo,
    title: 'Round the total once',
    body: 'The total is rounded per line. Round it once, at the end.',
    engine: { kind: 'command', run: 'true' },
    needs: [PLAYED],
  });
  await play(await kiln.assigned(), 'first');
});

test.afterAll(async () => {
  kiln.leave();
  await app.quit();
  removeDataDir(dataDir);
});

test('a click on a mark lets the terminal stand at that moment', async () => {
  await open(`/tasks/${task.id}`);
  await page.getByTestId('tab-timeline').click();
  const marks = page.locator('[data-testid=mark][data-kind=checkpoint]');
  await expect(marks.first()).toBeVisible({ timeout: STEP_MS });
  await expect(page.locator('[data-testid=phase][data-state=passed]')).toHaveCount(2);
  await marks.first().click();
  await expect(page).toHaveURL(/attempt=task-1\.1&at=\d+/);
  await expect(page.getByTestId('cursor')).toBeVisible();
  await takePictures(app, PICTURES, 'moment');

  await page.getByTestId('tab-terminal').click();
  await expect(page.getByTestId('terminal-state')).toHaveAttribute('data-live', 'past');
  await expect(page.getByTestId('terminal-state')).toContainText('Terminal at');
  await expect.poll(() => terminalText()).toContain('before the checkpoint');
  expect(await terminalText()).not.toContain('after the checkpoint');
  await takePictures(app, PICTURES, 'terminal-past');

  await page.getByTestId('terminal-follow').click();
  await expect(page.getByTestId('terminal-state')).toHaveAttribute('data-live', 'live');
  await expect.poll(() => terminalText()).toContain('after the checkpoint');
  await expect(page).not.toHaveURL(/at=/);
  expect(await terminalText()).toContain('工房 🛠️ 完了');
  await takePictures(app, PICTURES, 'terminal-live');
  // By now so much later that a replay takes a while.
  print('the last line\r\n');
  await expect.poll(() => isHeld('the last line')).toBe(true);
});

test('the terminal is played again, and its place is the cursor of the timeline', async () => {
  await page.getByTestId('replay-strip').focus();
  await page.keyboard.press('Home');
  await expect(page.getByTestId('terminal-state')).toHaveAttribute('data-live', 'past');
  await page.getByTestId('replay-play').click();
  await expect(page.getByTestId('replay-play')).toHaveAttribute('data-playing', 'true');
  // It catches up with what is printed by now, pauses cut short, and goes on live.
  await expect(page.getByTestId('terminal-state')).toHaveAttribute('data-live', 'live', {
    timeout: STEP_MS,
  });
  await expect.poll(() => isHeld('the last line')).toBe(true);

  await page.getByTestId('replay-strip').focus();
  await page.keyboard.press('Home');
  await expect(page).toHaveURL(/at=\d+/);
  await page.getByTestId('tab-timeline').click();
  await expect(page.getByTestId('cursor')).toBeVisible();
});

test('the chart is zoomed by wheel and keys, and an event leads to its moment', async () => {
  const chart = page.getByTestId('chart');
  await chart.focus();
  await page.keyboard.press('+');
  await expect(chart).toHaveAttribute('data-zoomed', 'true');
  await page.keyboard.press('0');
  await expect(chart).toHaveAttribute('data-zoomed', 'false');
  await page.getByTestId('ruler').hover();
  await page.mouse.wheel(0, -300);
  await expect(chart).toHaveAttribute('data-zoomed', 'true');
  await takePictures(app, PICTURES, 'zoomed');
  await page.keyboard.press('0');
  await pullBrush();
  await expect(chart).toHaveAttribute('data-zoomed', 'true');
  const before = await brushWindow();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(async () => (await brushWindow()).x).toBeGreaterThan(before.x);
  // Of a whole that grows meanwhile.
  expect((await brushWindow()).width).toBeLessThanOrEqual(before.width + 0.5);
  await page.keyboard.press('0');
  await expect(chart).toHaveAttribute('data-zoomed', 'false');
  const earlier = placeInAddress();
  await page.keyboard.press('End');
  await expect.poll(placeInAddress).not.toBe(earlier);
  const last = placeInAddress();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(placeInAddress).not.toBe(last);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('cursor')).toHaveCount(0);
  await page.getByTestId('event').last().click();
  await expect(page.getByTestId('cursor')).toBeVisible();
});

test('what is selected is copied, and a link that hides where it leads is asked about', async () => {
  const link = '\u001b]8;;https://example.com/hidden\u001b\\read the manual\u001b]8;;\u001b\\ ';
  await page.getByTestId('tab-terminal').click();
  await page.getByTestId('terminal-follow').click();
  // Whatever place of the screen is pointed at.
  for (let n = 0; n < 60; n++) print(`${link.repeat(7)}\r\n`);
  await expect.poll(() => isHeld('read the manual')).toBe(true);
  const { x, y } = await middleOf(page.getByTestId('terminal'));
  await page.mouse.move(x - 100, y);
  await page.mouse.down();
  await page.mouse.move(x + 100, y, { steps: 5 });
  await page.mouse.up();
  await clip('something else');
  await page.keyboard.press('Control+c');
  await expect.poll(clipped).toMatch(/^[readthmnul ]{15,40}$/);
  await clip('something else');
  // Nothing is selected any more, and nothing can be typed here.
  await page.keyboard.press('Control+c');
  await page.mouse.move(x, y + 2);
  await page.mouse.click(x, y);
  const question = page.getByRole('dialog');
  await expect(question).toContainText('https://example.com/hidden');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();
  expect(await clipped()).toBe('something else');
});

test('a large recording shows its end at once, and its beginning as one scrolls there', async () => {
  const line = (n: number): string => `line ${String(n).padStart(5, '0')} ${'x'.repeat(100)}\r\n`;
  for (let from = 0; from < LINES; from += 500) {
    print(Array.from({ length: 500 }, (_, n) => line(from + n + 1)).join(''));
  }
  await page.getByTestId('tab-terminal').click();
  await page.getByTestId('terminal-follow').click();
  await expect.poll(() => isHeld(`line ${LINES}`), { timeout: STEP_MS }).toBe(true);
  // Opened anew, it reads the end only.
  await page.getByTestId('tab-why').click();
  await page.getByTestId('tab-terminal').click();
  await expect.poll(() => isHeld(`line ${LINES}`), { timeout: STEP_MS }).toBe(true);
  expect(await isHeld('line 00001')).toBe(false);
  const box = await page.getByTestId('terminal').boundingBox();
  const right = (box?.x ?? 0) + (box?.width ?? 0) - 11;
  const top = box?.y ?? 0;
  await expect(async () => {
    // The scroll bar, from its middle beyond its end.
    await page.mouse.move(right, top + 200);
    await page.mouse.down();
    await page.mouse.move(right, top - 100, { steps: 4 });
    await page.mouse.up();
    expect(await isHeld('line 00001')).toBe(true);
  }).toPass({ timeout: STEP_MS });
  expect(await isHeld(`line ${LINES}`)).toBe(false);
  expect((await terminalText()).length).toBeLessThan(2e6);
  await expect(page.getByTestId('terminal-state')).toHaveAttribute('data-live', 'past');
  await page.getByTestId('terminal-follow').click();
  await expect.poll(() => isHeld(`line ${LINES}`)).toBe(true);
});

test('the recording is saved as it is, and as text', async () => {
  const cast = await save('cast');
  expect(JSON.parse(cast.split('\n', 1)[0] ?? '')).toMatchObject({ version: 3 });
  const text = await save('text');
  expect(text).toContain('✓ step 60 of first\nbefore the checkpoint\n');
  expect(text).not.toContain('\u001b');
  expect(app.errors).toEqual([]);
});

/** Through the menu of the terminal, as soon as the end is there. */
async function save(format: 'cast' | 'text'): Promise<string> {
  const file = path.join(dataDir, `saved.${format}`);
  await app.electron.evaluate(({ session }, to) => {
    session.defaultSession.once('will-download', (_event, item) => item.setSavePath(to));
  }, file);
  await page.getByTestId('tab-terminal').click();
  await page.getByTestId('terminal-menu').click();
  await page.getByTestId(`terminal-save-${format}`).click();
  await expect.poll(() => read(file).includes(`line ${LINES}`), { timeout: STEP_MS }).toBe(true);
  return read(file);
}

/** The end of what the chart shows comes to its middle. */
async function pullBrush(): Promise<void> {
  const { x, y, width } = await boxOf(page.getByTestId('brush'));
  await page.mouse.move(x + width - 2, y + 7);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + 7, { steps: 5 });
  await page.mouse.up();
}

async function brushWindow() {
  return await boxOf(page.locator('.brush-window'));
}

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) throw new Error('it is not to be seen');
  return box;
}

async function middleOf(locator: Locator): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = await boxOf(locator);
  return { x: x + width / 2, y: y + height / 2 };
}

async function clip(text: string): Promise<void> {
  await app.electron.evaluate(({ clipboard }, words) => clipboard.writeText(words), text);
}

async function clipped(): Promise<string> {
  return await app.electron.evaluate(({ clipboard }) => clipboard.readText());
}

/** As far as the middle of the work, with a checkpoint between two things that it prints. */
async function play(spec: AttemptSpec, name: string): Promise<void> {
  let offset = 0;
  print = (text) => {
    const bytes = Buffer.from(text);
    kiln.sendBytes(encodeOutput({ attemptId: spec.attemptId, stream: 'terminal', offset, bytes }));
    offset += bytes.length;
  };
  await kiln.report(spec, { kind: 'started' });
  for (const phase of ['prepare', 'analyse'] as const) {
    await kiln.report(spec, { kind: 'phase_started', phase });
    print(`\u001b[36m${phase}\u001b[0m of ${name}\r\n`);
    await kiln.report(spec, {
      kind: 'phase_ended',
      phase,
      outcome: 'passed',
      detail: `${phase} done`,
    });
  }
  await kiln.report(spec, { kind: 'phase_started', phase: 'implement' });
  for (let n = 1; n <= 60; n++) print(`\u001b[32m✓\u001b[0m step ${n} of ${name}\r\n`);
  print('before the checkpoint\r\n');
  await kiln.report(spec, { kind: 'checkpointed', commit: spec.repo.baseCommit });
  await kiln.report(spec, { kind: 'paused' });
  await kiln.report(spec, { kind: 'resumed' });
  print('after the checkpoint\r\n工房 🛠️ 完了 https://example.com/docs\r\n');
}

async function open(to: string): Promise<void> {
  // What a click on a notice of the system does.
  await app.electron.evaluate(({ BrowserWindow }, address) => {
    BrowserWindow.getAllWindows()[0]?.webContents.send('koubou:open', address);
  }, to);
  await expect(page.getByTestId('task-state').first()).toBeVisible({ timeout: STEP_MS });
}

/** What the terminal holds, through the button that copies it. */
async function terminalText(): Promise<string> {
  await page.getByTestId('terminal-copy').click();
  return await clipped();
}

/** As a yes or no: the whole text would be too much to say. */
async function isHeld(words: string): Promise<boolean> {
  return (await terminalText()).includes(words);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not there yet.
    return '';
  }
}

/** The moment that the address names. */
function placeInAddress(): string | undefined {
  return /at=(\d+)/.exec(page.url())?.[1];
}
