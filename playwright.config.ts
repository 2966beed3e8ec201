import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test/window',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/window',
  // Every test owns a window and a coordinator; two at once would only be slower.
  workers: 1,
  timeout: 60_000,
  // See scripts/test/runners.mjs: what passes only then is told of at the end of the run.
  retries: process.env['CI'] === undefined ? 0 : 1,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: 'test-results/window.json' }]],
  use: { trace: 'retain-on-failure' },
});
