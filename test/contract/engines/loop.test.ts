/** Our own loop with a model that does whatever comes to its mind: it is only ever asked what an API would take. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/agent/clock.ts';
import { ModelError, type Answer, type Model } from '../../../src/agent/engines/loop-model.ts';
import { runLoop } from '../../../src/agent/engines/loop.ts';
import { faultIn } from '../../../src/agent/testing/conversations.ts';
import { openLoopRun } from '../../support/models/loop-run.ts';

const deed = fc.record({
  stop: fc.constantFrom<('done' | 'length' | 'full' | 'too_long')[]>(
    'done',
    'done',
    'length',
    'full',
    'too_long',
  ),
  text: fc.nat({ max: 3_000 }).map((length) => 'x'.repeat(length)),
  calls: fc.array(
    fc.constantFrom(
      { tool: 'read', input: { file_path: 'big.txt' } },
      { tool: 'list', input: {} },
      { tool: 'read', input: 7 },
      { tool: 'nothing', input: null },
    ),
    { maxLength: 3 },
  ),
});
type Deed = typeof deed extends fc.Arbitrary<infer One> ? One : never;

const USAGE = { input: 10, cached: 1, output: 2 };

/** It takes in 4,000 tokens. */
function modelThat(deeds: readonly Deed[], faults: string[]): Model {
  let next = 0;
  return {
    name: 'whatever',
    by: 'Somebody',
    signIn: '',
    window: 4_000,
    mostOutput: 500,
    async ask({ messages, tools }): Promise<Answer> {
      await Promise.resolve();
      const fault = faultIn(messages);
      if (fault !== null) faults.push(fault);
      if (tools.length === 0)
        return { parts: [{ kind: 'text', text: 'A summary.' }], stop: 'done', usage: USAGE };
      next += 1;
      const one = deeds[next - 1];
      if (!one) return { parts: [], stop: 'done', usage: USAGE };
      const { stop } = one;
      if (stop === 'too_long')
        throw new ModelError({ class: 'context_too_long', message: 'too long', until: null });
      const calls = one.calls.map((call, index) => ({
        kind: 'call' as const,
        id: `call_${next}_${index}`,
        ...call,
      }));
      return { parts: [{ kind: 'text', text: one.text }, ...calls], stop, usage: USAGE };
    },
  };
}

test('each question is valid, however turns end and conversations are shortened', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'koubou-loop-'));
  const { run, close } = await openLoopRun(folder, {
    files: { 'big.txt': 'a line of some length\n'.repeat(300) },
  });
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 25 }), async (deeds) => {
        const faults: string[] = [];
        const result = await runLoop(run, modelThat(deeds, faults), systemClock);
        expect(faults).toEqual([]);
        expect(result.ok ? 'done' : result.error.code).toMatch(
          /^(?:done|engine_context_too_long)$/,
        );
      }),
      { numRuns: 40 },
    );
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
});
