import { describe, expect, test } from 'vitest';
import { ModelAccountId } from '../../../../shared/models.ts';
import { chooseAccount, isCheap, type Candidate } from './choose-account.ts';

const soon = candidate('soon', { room: 0.3, toReset: 0.1 });
const roomy = candidate('roomy', { room: 0.9, toReset: 0.8 });

function candidate(name: string, more: Partial<Candidate>): Candidate {
  const id = ModelAccountId.parse(`acct-${name.padEnd(8, '0')}`);
  return { id, name, room: 1, toReset: 1, running: 0, isUsual: false, ...more };
}

describe('of two accounts', () => {
  test('cheap work goes where what is left lapses soonest, and says so', () => {
    const choice = chooseAccount([roomy, soon], true);
    expect(choice.id).toBe(soon.id);
    expect(choice.why).toBe('soon: cheap work goes where what is left lapses soonest (30 % free)');
  });

  test('expensive work goes where there is most room', () => {
    const choice = chooseAccount([soon, roomy], false);
    expect(choice.id).toBe(roomy.id);
    expect(choice.why).toContain('most room (90 % free)');
    expect(choice.scores.map(({ id }) => id)).toEqual([roomy.id, soon.id]);
  });

  test('an attempt stays with its account while the other has not much more', () => {
    const usual = candidate('usual', { room: 0.6, isUsual: true });
    const other = candidate('other', { room: 0.8 });
    expect(chooseAccount([other, usual], false)).toMatchObject({
      id: usual.id,
      why: 'usual: stays where its prompt is in the cache',
    });
    const empty = candidate('empty', { room: 0.1, isUsual: true });
    expect(chooseAccount([other, empty], false).id).toBe(other.id);
  });

  test('of equals the one with less to do, then the first', () => {
    const [a, b] = [candidate('a', { running: 2 }), candidate('b', { running: 1 })];
    expect(chooseAccount([a, b], false).id).toBe(b.id);
    expect(chooseAccount([a, { ...b, running: 2 }], false).id).toBe(a.id);
  });
});

test('cheap is a small model, or a small call', () => {
  expect(isCheap('claude-haiku-4-5', 50_000)).toBe(true);
  expect(isCheap('claude-opus-5', 50_000)).toBe(false);
  expect(isCheap('claude-opus-5', 500)).toBe(true);
});
