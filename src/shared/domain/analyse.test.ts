/** What rules find of a task, where from, and that a fact of a stronger source never gives way to a weaker one's. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskIdOf } from '../ids.ts';
import { TaskRules } from '../repo-config.ts';
import { analyse, concurrencyOf, type Analysed, type Known } from './analyse.ts';
import { edited, merged, type SetFields } from './analyse-merge.ts';
import { FACT_SOURCES, TaskAnalysis, TASK_SIZES, type FactSource } from './analysis.ts';
import type { Command } from './command.ts';
import { SECURITY_LEVELS } from './security.ts';
import { SPECIALTIES } from './specialty.ts';
import { emptyState } from './state.ts';
import { carryOut } from './testing.ts';

const TASK: Analysed = {
  ...{ title: 'Totals are wrong', body: '', needs: [], source: null, analysis: null },
  ...{ specialty: null, security: 'internal', location: null },
};
const NOTHING: Known = {
  ...{ given: {}, repository: null, missing: null, model: null, past: null },
  has: () => true,
};

function found(task: Partial<Analysed>, known: Partial<Known> = {}): TaskAnalysis {
  return TaskAnalysis.parse(analyse({ ...TASK, ...task }, { ...NOTHING, ...known }));
}

function sourceWith(...labels: string[]): Analysed['source'] {
  return { state: 'open', author: null, hash: '', updatedAt: 0, labels };
}

function labelled(...labels: string[]): TaskAnalysis {
  return found({ source: sourceWith(...labels) });
}

describe('labels say', () => {
  it.each([
    ['area/ui', 'frontend'],
    ['Frontend', 'frontend'],
    ['kind: docs', 'documentation'],
    ['koubou:database', 'database'],
    ['security', 'security'],
  ])('with %s the specialty %s', (label, value) => {
    expect(labelled('bug', label).specialty).toEqual({
      ...{ value, from: 'label', why: `label ${label}` },
    });
  });

  it.each([
    ['size/XS', 'small'],
    ['size: L', 'large'],
    ['good first issue', 'small'],
    ['epic', 'large'],
  ])('with %s the size %s', (label, value) => {
    expect(labelled(label).size).toMatchObject({ value, from: 'label' });
  });

  it('what the machine must have and where it stands, but never which one it is', () => {
    const labels = ['gpu', 'needs:python3', 'os:windows', 'memory:16g', 'needs=agent.bob'];
    const { needs, location } = labelled(...labels, 'location: London');
    const values = needs.map(({ value }) => value);
    expect(values).toEqual(['gpu', 'python3', 'os.windows', 'memory.16g']);
    expect(location.value).toBe('London');
  });

  it('how confidential it is', () => {
    expect(labelled('confidential').security.value).toBe('confidential');
    expect(labelled('visibility: public').security.value).toBe('public');
  });

  it('nothing with a plain letter or a word of another kind', () => {
    expect(labelled('l', 'team/red', 'priority:high', 'v2.0').size.from).toBe('default');
  });
});

describe('the repository says', () => {
  const rules = {
    ...{ needs: ['python3'], location: 'Tokyo', concurrency: ['branch:main'] },
    paths: {
      'src/ui/': { specialty: 'frontend', concurrency: ['path:src/ui'] },
      '*.sql': { specialty: 'database', security: 'confidential' },
    },
  };
  const repository = { marks: [], rules: TaskRules.parse(rules) };

  it('what holds for all, and for files that the task names', () => {
    const task = { ...TASK, body: 'See `src/ui/Cart.tsx:12`.', concurrency: ['label:x'] };
    const analysis = found(task, { repository });
    expect(analysis.specialty).toMatchObject({ value: 'frontend', from: 'repository' });
    expect(analysis.needs).toMatchObject([{ value: 'python3', from: 'repository' }]);
    expect(analysis.location).toMatchObject({ value: 'Tokyo', from: 'repository' });
    expect(concurrencyOf(task, { repository })).toEqual(['label:x', 'path:src/ui', 'branch:main']);
  });

  it('with a pattern of a name what holds in any folder', () => {
    const { security, specialty } = found({ body: 'In db/all/users.sql' }, { repository });
    expect([security.value, specialty.value]).toEqual(['confidential', 'database']);
    expect(found({ body: 'In db/users.sqlite' }, { repository }).security.value).toBe('internal');
  });

  it('by its files which tools it takes: at the top, and where the task is about', () => {
    const marks = ['go.mod', 'web/package.json', 'tools/Cargo.toml'];
    const about = { body: 'The style of web/src/a.css' };
    const { needs } = found(about, { repository: { marks, rules: undefined } });
    expect(needs.map(({ value, from }) => [value, from])).toEqual([
      ['go', 'language'],
      ['node', 'language'],
    ]);
  });
});

describe('the text says', () => {
  it.each([
    ['docs/guide.md and README.md', 'documentation'],
    ['src/cart.test.ts', 'testing'],
    ['.github/workflows/ci.yml', 'devops'],
    ['main.go', 'backend'],
  ])('with %s the specialty %s', (body, value) => {
    expect(found({ body }).specialty).toMatchObject({ value, from: 'path' });
  });

  it.each(['and/or', '24/7', 'Node.js', 'https://x.org/a/b.css', 'e.g. example.com', 'v1.2'])(
    'no file with %s',
    (body) => {
      expect(found({ body }).specialty.from).not.toBe('path');
    },
  );

  it('how large it is', () => {
    expect(found({ title: 'Fix a typo in the head' }).size.value).toBe('small');
    expect(found({ title: 'Rewrite the parser' }).size.value).toBe('large');
    expect(found({ body: '- [ ] one\n'.repeat(9) }).size.value).toBe('large');
    expect(found({}).size).toEqual({ value: 'medium', from: 'default' });
  });

  it('that it is confidential, in so many words only', () => {
    expect(found({ body: 'This is confidential.' }).security.value).toBe('confidential');
    expect(found({ body: 'Mark invoices as confidential' }).security.value).toBe('internal');
  });
});

it('a guess asks for nothing that no agent has; a label does, and the task waits', () => {
  const has = (need: string): boolean => need === 'go';
  const repository = { marks: ['go.mod', 'Gemfile'], rules: undefined };
  const { needs } = found(
    { source: sourceWith('gpu'), body: 'Only on Linux' },
    { has, repository },
  );
  expect(needs.map(({ value }) => value)).toEqual(['gpu', 'go']);
});

it('what was asked for is not found once more', () => {
  const repository = { marks: ['go.mod'], rules: undefined };
  expect(found({ needs: ['go'] }, { repository }).needs).toEqual([]);
});

it('a model makes a task more confidential, never less', () => {
  const said = (value: 'public' | 'confidential') =>
    found({}, { model: { security: { value, from: 'model' } } }).security.value;
  expect([said('public'), said('confidential')]).toEqual(['internal', 'confidential']);
});

it('earlier tasks say how long it takes, and what is missing is said', () => {
  const past = { ms: 60_000, costUsd: null, attempts: 2, of: 5 };
  const analysis = found({}, { past, missing: 'the repository could not be read' });
  expect(analysis.durationMs).toEqual({
    ...{ value: 60_000, from: 'history', why: 'median of 5 tasks, 2 attempts each' },
  });
  expect(analysis.costUsd).toEqual({ value: null, from: 'default' });
  expect(analysis.security.why).toBe('the repository could not be read');
});

const anySource = fc.constantFrom(...FACT_SOURCES);
const factOf = <T>(value: fc.Arbitrary<T>) => fc.record({ value, from: anySource });
const anyAnalysis = fc.record({
  specialty: factOf(fc.constantFrom(...SPECIALTIES)),
  needs: fc.uniqueArray(factOf(fc.constantFrom('go', 'gpu', 'node')), { selector: (n) => n.value }),
  size: factOf(fc.constantFrom(...TASK_SIZES)),
  durationMs: factOf(fc.option(fc.nat())),
  costUsd: factOf(fc.option(fc.nat())),
  security: factOf(fc.constantFrom(...SECURITY_LEVELS)),
  location: factOf(fc.option(fc.constantFrom('Tokyo', 'London'))),
});
const anyEdit: fc.Arbitrary<SetFields> = fc.record(
  {
    specialty: fc.constantFrom(...SPECIALTIES),
    security: fc.constantFrom(...SECURITY_LEVELS),
    location: fc.option(fc.constantFrom('Tokyo', 'London')),
    analysis: fc.record({ size: fc.constantFrom(...TASK_SIZES), durationMs: fc.option(fc.nat()) }),
  },
  { requiredKeys: [] },
);
const FIELDS = ['specialty', 'size', 'durationMs', 'costUsd', 'security', 'location'] as const;

function isWeaker(a: FactSource, b: FactSource): boolean {
  return FACT_SOURCES.indexOf(a) > FACT_SOURCES.indexOf(b);
}

describe('a fact of a stronger source', () => {
  it('never gives way to a weaker one, whatever is found and edited in whichever order', () => {
    const step = fc.oneof(
      anyAnalysis.map((analysis) => ({ analysis })),
      fc.record({ edit: anyEdit, by: fc.constantFrom('person', 'label') }),
    );
    fc.assert(
      fc.property(anyAnalysis, fc.array(step, { maxLength: 12 }), (first, steps) => {
        let before: TaskAnalysis = first;
        for (const one of steps) {
          const task = { ...TASK, analysis: before };
          const after: TaskAnalysis =
            'edit' in one ? edited(task, one.edit, one.by) : merged(before, one.analysis);
          for (const field of FIELDS) {
            expect(isWeaker(after[field].from, before[field].from)).toBe(false);
            const by = 'edit' in one ? one.by : one.analysis[field].from;
            const stays = before[field].from === 'person' && by !== 'person';
            expect(stays ? after[field] : before[field]).toEqual(before[field]);
          }
          before = after;
        }
      }),
    );
  });

  it('counts, however many rules speak', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...FACT_SOURCES], { minLength: 1 }), (sources) => {
        const needs = sources.map((from) => ({ value: 'go', from }));
        const [only, ...more] = found({}, { given: { needs } }).needs;
        const best = FACT_SOURCES.find((source) => sources.includes(source));
        expect([only?.from, more]).toEqual([best, []]);
      }),
    );
  });
});

describe('the journal’s own rule', () => {
  const ID = taskIdOf(1);
  const CREATE: Command = {
    ...{ type: 'task.create', title: 't', body: '', repo: { url: '/r', base: null } },
    ...{ priority: 'normal', engine: { kind: 'auto' }, needs: ['go'], after: [], at: null },
  };
  const ANALYSIS = TaskAnalysis.parse({
    ...analyse(TASK, NOTHING),
    needs: [{ value: 'gpu', from: 'label' }],
    security: { value: 'confidential', from: 'repository' },
  });

  function after(...commands: Command[]) {
    const state = emptyState();
    let seq = 0;
    for (const command of commands) seq += carryOut(state, command, 1, seq).length;
    return state.task(ID);
  }
  const ANALYSE: Command = {
    ...{ type: 'task.analyse', taskId: ID, specialty: 'general', analysis: ANALYSIS },
  };

  it('an analysis adds needs and sets what it found', () => {
    const task = after(CREATE, ANALYSE);
    expect(task).toMatchObject({
      ...{ state: 'queued', needs: ['go', 'gpu'], security: 'confidential' },
    });
  });

  it('a person’s word stands against an analysis that comes later', () => {
    const task = after(CREATE, { type: 'task.update', taskId: ID, security: 'public' }, ANALYSE);
    expect(task?.security).toBe('public');
    expect(task?.analysis?.security).toEqual({ value: 'public', from: 'person' });
  });

  it('a task that waits for its time is analysed, and goes on waiting', () => {
    const task = after({ ...CREATE, at: 1_000 }, ANALYSE);
    expect(task).toMatchObject({ state: 'scheduled', security: 'confidential' });
  });

  it('an edit keeps the facts that are still true', () => {
    const edit = { needs: ['gpu', 'node'], analysis: { size: 'large' } } as const;
    const task = after(CREATE, ANALYSE, {
      type: 'task.update',
      taskId: ID,
      ...edit,
      needs: [...edit.needs],
    });
    expect(task?.needs).toEqual(['gpu', 'node']);
    expect(task?.analysis?.needs).toEqual([
      { value: 'gpu', from: 'label' },
      { value: 'node', from: 'person' },
    ]);
    expect(task?.analysis?.size).toEqual({ value: 'large', from: 'person' });
  });
});
