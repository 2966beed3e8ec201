/** What is shown of a provisioning: always whole, never more than fits, and no answer in it. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Clock } from '../../../shared/clock.ts';
import { Provisioning, ProvisioningId } from '../../../shared/provisioning.ts';
import { RunRecord } from './record.ts';

const never = new AbortController().signal;

function open(): { record: RunRecord; pass(ms: number): void; changes(): number } {
  let now = 1_000;
  let changes = 0;
  const clock: Clock = { now: () => now, monotonic: () => now, after: () => () => {} };
  const record = new RunRecord({
    id: ProvisioningId.parse('provisioning-1'),
    ...{ kind: 'add', target: 'ada@mill', agentId: null, clock },
    changed: () => (changes += 1),
  });
  return { record, pass: (ms) => void (now += ms), changes: () => changes };
}

test('whatever a host prints, what is shown fits, and no terminal would act on it', () => {
  const noise = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom(
      '\u001b[31mred\u001b[0m\r\n',
      '\u001b]0;title\u0007',
      '\u0000\u0008',
      'x'.repeat(9_000),
    ),
  );
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 20 }), (pieces) => {
      const { record } = open();
      record.begin('probe');
      for (const piece of pieces) record.say('probe', piece);
      const step = Provisioning.parse(record.snapshot()).steps.find(({ name }) => name === 'probe');
      expect(step?.output).not.toMatch(/[^\P{Cc}\n\t]/u);
    }),
  );
});

test('the end of what was printed is kept, from the beginning of a line', () => {
  const { record } = open();
  for (let n = 0; n < 5_000; n++) record.say('probe', `line ${n}\n`);
  const output = record.snapshot().steps.find(({ name }) => name === 'probe')?.output ?? '';
  expect(output).toMatch(/^line \d+\n/);
  expect(output.endsWith('line 4999\n')).toBe(true);
  expect(output.length).toBeGreaterThan(16_000);
});

test('a step that begins again keeps its time; waiting for a person counts as its own', async () => {
  const { record, pass } = open();
  const connect = (): number => record.snapshot().steps[0]?.ms ?? -1;
  record.start();
  record.begin('connect');
  pass(100);
  record.end('connect', 'done', { code: 'reached', host: 'gate', through: [] });
  pass(1_000);
  expect(connect()).toBe(100);
  record.begin('connect');
  pass(50);
  expect(connect()).toBe(150);
  const question = {
    kind: 'host_key',
    host: 'mill:22',
    algorithm: 'x',
    fingerprint: 'SHA256:y',
  } as const;
  const asked = record.ask('connect', question, never);
  expect(record.snapshot()).toMatchObject({ state: 'asking', question: { ...question, n: 1 } });
  expect(record.answer(2, ['yes']).ok).toBe(false);
  expect(record.answer(1, ['my secret']).ok).toBe(true);
  expect(await asked).toEqual(['my secret']);
  expect(JSON.stringify(record.snapshot())).not.toContain('secret');
  expect(record.snapshot()).toMatchObject({ state: 'running', question: null });
  expect(record.answer(1, ['again']).ok).toBe(false);
});

test('at the end nothing waits any more, and a new beginning shows nothing of it', () => {
  const { record, changes } = open();
  record.begin('connect');
  record.say('connect', 'hello');
  record.finish('failed', { code: 'lost', message: 'gone' });
  const states = record.snapshot().steps.map(({ state }) => state);
  expect(new Set(states)).toEqual(new Set(['failed', 'skipped']));
  const before = changes();
  record.reset();
  expect(changes()).toBe(before + 1);
  expect(record.snapshot()).toMatchObject({
    state: 'waiting',
    error: null,
    endedAt: null,
    report: [],
  });
  expect(
    record.snapshot().steps.every(({ state, output }) => state === 'waiting' && output === ''),
  ).toBe(true);
});
