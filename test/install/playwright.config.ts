import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../test-results/install',
  // There is one machine to install on.
  workers: 1,
  // A quiet machine takes a quarter of it.
  timeout: 480_000,
  // See scripts/test/runners.mjs: what passes only then is told of at the end of the run.
  retries: process.env['CI'] === undefined ? 0 : 1,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: '../../test-results/install.json' }]],
});
