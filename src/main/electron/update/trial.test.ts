import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMemory } from './memory.ts';
import { watchTrial } from './trial.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-trial-'));
  openMemory(dir).set({ trial: { version: '0.2.0', failed: 0 } });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A start of the app. */
function start(version: string) {
  const timers = new Set<() => void>();
  const told: string[] = [];
  const trial = watchTrial({
    ...{ version, memory: openMemory(dir) },
    clock: {
      now: () => 0,
      monotonic: () => 0,
      after(_ms, run) {
        timers.add(run);
        return () => timers.delete(run);
      },
    },
    retry: () => told.push('retry'),
    offerBack: () => told.push('offer'),
  });
  const minute = (): void => {
    const [next] = timers;
    timers.clear();
    next?.();
  };
  return { trial, told, minute };
}

const FAILED = { status: 'failed', why: '', log: [] } as const;
const READY = { status: 'ready', url: '', token: '', note: null } as const;

describe('a version that was just installed', () => {
  it('is gone back from when it did not answer twice, in one start or in two', () => {
    const one = start('0.2.0');
    one.minute();
    one.minute();
    one.minute();
    expect(one.told).toEqual(['retry', 'offer']);

    openMemory(dir).set({ trial: { version: '0.2.0', failed: 0 } });
    start('0.2.0').trial.heard(FAILED);
    const other = start('0.2.0');
    other.trial.heard(FAILED);
    expect(other.told).toEqual(['offer']);
  });

  it('is all right once it answers', () => {
    const one = start('0.2.0');
    one.minute();
    one.trial.heard({ status: 'starting' });
    one.trial.heard(READY);
    one.trial.heard(FAILED);
    one.minute();
    expect(one.told).toEqual(['retry']);
    expect(openMemory(dir).get().trial).toBeUndefined();
  });

  it('is not watched when it is another one, or none', () => {
    const { trial, told, minute } = start('0.1.0');
    trial.heard(FAILED);
    minute();
    expect(told).toEqual([]);
  });
});
