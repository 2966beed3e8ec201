import { defineConfig } from '@playwright/test';
import { displays } from './test/window/displays.ts';

export default defineConfig({
  testDir: 'test/window',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/window',
  // One for each display: windows on the same one would take the focus from each other.
  workers: displays(process.env).length || 1,
  timeout: 60_000,
  // See scripts/test/runners.mjs: what passes only then is told of at the end of the run.
  retries: process.env['CI'] === undefined ? 0 : 1,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: 'test-results/window.json' }]],
  use: { trace: 'retain-on-failure' },
});
