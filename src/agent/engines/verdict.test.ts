/** Which of the words about a run's end count, and as what the attempt then fails. */
import { expect, test } from 'vitest';
import { TROUBLE_RULES, TROUBLES } from '../../shared/domain/engine-trouble.ts';
import type { CommandEnd } from '../pty.ts';
import { LIMITS } from '../testing/fixture.ts';
import type { EngineTrouble, ModelAccess } from './engine.ts';
import { verdictOf } from './verdict.ts';

const USAGE = { inputTokens: 1, outputTokens: 2, cachedInputTokens: 3, costUsd: 4 };
const WELL: CommandEnd = { kind: 'exited', code: 0, signal: null };
const BADLY: CommandEnd = { kind: 'exited', code: 1, signal: null };
const LATE: CommandEnd = { kind: 'timed_out', limit: 'idle' };

const trouble = (kind: EngineTrouble['class'], until: number | null = null): EngineTrouble => ({
  ...{ class: kind, message: `words of ${kind}`, until },
});

function verdict(
  end: CommandEnd,
  own: EngineTrouble | null = null,
  gateway?: EngineTrouble | null,
): unknown {
  const terminal = {
    run: () => {
      throw new Error('nothing is run');
    },
    note: () => {},
    mark: () => {},
    lastLines: () => 'last words',
  };
  const models: ModelAccess | null =
    gateway === undefined
      ? null
      : { url: () => '', key: 'k', providers: ['anthropic'], trouble: () => gateway };
  const told = { name: 'Codex', program: 'codex', signIn: 'Sign in there.', usage: USAGE };
  const result = verdictOf({ ...told, end, trouble: own }, { terminal, limits: LIMITS, models });
  return result.ok ? result.value : result.error;
}

test.each(TROUBLES)('%s follows the one table, by itself and through the gateway', (kind) => {
  const { failure, throughGateway } = TROUBLE_RULES[kind];
  expect(verdict(BADLY, trouble(kind, 7))).toMatchObject({ code: failure, until: 7 });
  expect(verdict(BADLY, trouble(kind), null)).toMatchObject({ code: throughGateway });
});

test('the gateway knows better than the engine, unless all went well', () => {
  const limited = trouble('rate_limited', 9);
  const told = { code: 'engine_rate_limited', until: 9 };
  expect(verdict(BADLY, trouble('sign_in_expired'), limited)).toMatchObject(told);
  expect(verdict(LATE, null, limited)).toMatchObject(told);
  expect(verdict(WELL, null, limited)).toEqual({ usage: USAGE });
  // It ends with 0 and an error among its words.
  expect(verdict(WELL, trouble('network'))).toMatchObject({ code: 'engine_unreachable' });
});

test('without a word of either, it is how the program ended', () => {
  expect(verdict(LATE)).toMatchObject({ code: 'engine_timed_out' });
  expect(verdict({ ...BADLY, code: 127 })).toMatchObject({ code: 'engine_missing' });
  expect(verdict(BADLY)).toEqual({
    code: 'engine_failed',
    message: 'Codex ended with exit code 1. It said:\nlast words',
  });
  expect(verdict({ ...WELL, signal: 9 })).toMatchObject({ code: 'engine_failed' });
});

test('only of its own sign-in it is said how to renew it', () => {
  const expired = trouble('sign_in_expired');
  const words = 'Codex may not use its model: words of sign_in_expired';
  expect(verdict(BADLY, expired)).toMatchObject({ message: `${words}. Sign in there.` });
  expect(verdict(BADLY, expired, null)).toMatchObject({ message: words });
});
