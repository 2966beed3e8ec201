import { expect, it } from 'vitest';
import { RecurringId } from '../../shared/ids.ts';
import { draftOf, emptyDraft, inputOf } from './recurring-draft.ts';

const shown = {
  next: [],
  recurring: {
    ...{ id: RecurringId.parse('recurring-3'), cron: '0 3 * * *', timeZone: 'Asia/Tokyo' },
    pattern: {
      ...{ title: 'Update', body: 'All.', priority: 'low' as const, needs: ['node'] },
      ...{ repo: { url: '/srv/shop', base: 'dev' }, engine: { kind: 'auto' as const } },
    },
    ...{ overlap: 'skip' as const, isOn: false, nextAt: null, lastAt: null, lastTask: null },
    ...{ createdAt: 0, createdBy: 'user' },
  },
};

it('keeps what the form does not show', () => {
  const { recurring } = shown;
  const { task, ...rest } = inputOf(draftOf(shown));
  expect(rest).toMatchObject({ id: recurring.id, cron: '0 3 * * *', isOn: false });
  expect(task).toEqual({
    ...{ title: 'Update', body: 'All.', priority: 'low', needs: ['node'], base: 'dev' },
    ...{ repo: '/srv/shop', engine: { kind: 'auto' } },
  });
});

it('keeps the model of an engine that is named as before, and says another one alone', () => {
  const engine = { kind: 'codex' as const, model: 'big' };
  const { recurring } = shown;
  const before = {
    ...shown,
    recurring: { ...recurring, pattern: { ...recurring.pattern, engine } },
  };
  expect(inputOf(draftOf(before)).task).toMatchObject({ engine });
  const other = { ...draftOf(before), engine: 'command' as const, run: ' make up ' };
  expect(inputOf(other).task).toMatchObject({ engine: { kind: 'command', run: 'make up' } });
  expect(inputOf(emptyDraft('UTC')).task).not.toHaveProperty('engine');
});

it('forgets the branch of another repository', () => {
  expect(inputOf({ ...draftOf(shown), repo: '/srv/other' }).task).not.toHaveProperty('base');
});

it('is a new one, switched on, without an id', () => {
  const made = inputOf({ ...emptyDraft('Europe/London'), repo: ' /srv/shop ', title: ' Tidy ' });
  expect(made).toMatchObject({ isOn: true, task: { repo: '/srv/shop', title: 'Tidy' } });
  expect(made).not.toHaveProperty('id');
});
