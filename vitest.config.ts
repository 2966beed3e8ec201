import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

const define = {
  __KOUBOU_VERSION__: '"0.0.0-test"',
  __KOUBOU_BUILD__: '"test"',
  __KOUBOU_UPDATE_KEY__: '""',
};

/** Tests of code that starts nothing; whoever names a project for one of these names `pure`. */
const PURE = ['src/shared/**/*.test.ts', 'src/renderer/**/*.test.ts'];

export default defineConfig({
  test: {
    // These tests wait more than they compute, for git and for processes: one more at a time than there are cores.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        define,
        test: {
          name: 'unit',
          environment: 'node',
          // Real processes among them, on machines that do other things: a limit for what hangs, not for what is slow.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          include: [
            'src/**/*.test.ts',
            'test/contract/**/*.test.ts',
            'test/support/**/*.test.ts',
            'scripts/**/*.test.mjs',
          ],
          exclude: PURE,
          // Imports take longer than most tests, and no module keeps anything: each process does them once for all of its files.
          isolate: false,
        },
      },
      {
        define,
        test: {
          name: 'pure',
          environment: 'node',
          testTimeout: 30_000,
          include: PURE,
          isolate: false,
        },
      },
      // The built programs, started as a user would start them: slow machines get time.
      {
        test: {
          name: 'cluster',
          environment: 'node',
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      // Faults are told by what comes too late: few files at a time keep their processes from taking each other's cores.
      {
        test: {
          name: 'fault',
          environment: 'node',
          include: ['test/fault/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
