/** The demo in a real window, from the start to the merged change; with KOUBOU_PICTURES=1 each stage is in test-results/demo. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { newDataDir, openApp, removeDataDir, type DesktopApp } from './app.ts';
import { newPictures, takePicture } from './pictures.ts';

/** A slow machine gets time; the demo itself takes about fifteen seconds. */
const STEP_MS = 60_000;

test('the demo goes from an issue to a merged change', async () => {
  test.setTimeout(4 * STEP_MS);
  const pictures = newPictures('demo');
  const dataDir = newDataDir();
  const app = await openApp(dataDir, '--demo');
  const { page } = app;
  const picture = (name: string): Promise<void> => takePicture(page, pictures, name);
  const state = page.getByTestId('task-state').first();
  try {
    await expect(page).toHaveURL(/#\/tasks\/task-1$/, { timeout: STEP_MS });
    await expect(page.getByTestId('phase').first()).toBeVisible({ timeout: STEP_MS });
    await picture('1-begun');

    await page.getByTestId('tab-terminal').click();
    await expect(state).toHaveAttribute('data-state', /in_progress|testing/, { timeout: STEP_MS });
    await expect(page.getByTestId('terminal-state')).toHaveAttribute('data-live', 'live');
    await expect
      .poll(() => terminalText(app), { timeout: STEP_MS })
      .toContain('First I want to see it fail');
    await picture('2-terminal');

    await expect(state).toHaveAttribute('data-state', 'review', { timeout: STEP_MS });
    await expect(page.getByTestId('terminal-state')).toHaveAttribute('data-live', 'ended', {
      timeout: STEP_MS,
    });
    await page.getByTestId('tab-timeline').click();
    await expect(page.locator('[data-testid=phase][data-state=passed]')).toHaveCount(7);
    await picture('3-timeline');

    await page.getByTestId('tab-why').click();
    await expect(page.getByTestId('why')).toContainText('Free slots');
    await picture('4-why');

    await page.getByTestId('tab-changes').click();
    await expect(page.getByTestId('diff')).toContainText('article.price * quantity');
    await picture('5-review');

    await page.getByTestId('approve').click();
    await expect(state).toHaveAttribute('data-state', 'completed', { timeout: STEP_MS });
    await picture('6-merged');
    const shop = path.join(dataDir, 'sample-1');
    expect(
      execFileSync('git', ['show', 'main:src/discount.js'], { cwd: shop }).toString(),
    ).toContain('article.price * quantity');

    await page.getByRole('link', { name: 'Tasks', exact: true }).first().click();
    await expect(page.locator('[data-testid=task-row][data-state=completed]')).toBeVisible();
    await picture('7-tasks');

    await page.getByRole('link', { name: 'Agents' }).click();
    await expect(page.getByTestId('agent-tile')).toHaveCount(2);
    await picture('8-agents');
    expect(app.errors).toEqual([]);
  } finally {
    await app.quit();
    removeDataDir(dataDir);
  }
});

/** What the terminal holds, through the button that copies it. */
async function terminalText({ page, electron }: DesktopApp): Promise<string> {
  await page.getByTestId('terminal-copy').click();
  return await electron.evaluate(({ clipboard }) => clipboard.readText());
}
