import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentId } from '../../shared/ids.ts';
import { NEW_WORKSHOP } from '../../shared/domain/state.ts';
import { TaskState, type Task } from '../../shared/domain/task.ts';
import { createApi } from '../client/call.ts';
import { browserClock } from '../client/clock.ts';
import { createTicker } from '../client/ticker.ts';
import { en } from '../i18n/en.ts';
import { ja } from '../i18n/ja.ts';
import type { Text } from '../i18n/en.ts';
import { createSession } from '../session.ts';
import { createDataStore } from '../store/data.ts';
import { EMPTY_LIVE } from '../store/live.ts';
import { createUiStore } from '../store/ui.ts';
import { taskOf } from '../testing.ts';
import type { PaletteObject, Place } from './action.ts';
import { ACTIONS, SOURCES } from './actions.ts';
import { findEntries, type Entry } from './find-entries.ts';

const REGISTRY = { actions: ACTIONS, sources: SOURCES };

interface Given {
  readonly tasks?: readonly Task[];
  readonly path?: string;
  readonly text?: Text;
  readonly isPaused?: boolean;
}

function placeWith({ tasks = [], path = '/tasks', text = en, isPaused = false }: Given): Place {
  const data = createDataStore();
  const ui = createUiStore({ storage: { getItem: () => null, setItem() {} }, languages: ['en'] });
  data.setState({
    live: {
      ...EMPTY_LIVE,
      seq: 1,
      tasks: new Map(tasks.map((task) => [task.id, task])),
      workshop: { ...NEW_WORKSHOP, queuePaused: isPaused },
    },
  });
  return {
    app: {
      data,
      ui,
      ticker: createTicker(1_000),
      hand: { restsIn: () => 0 },
      // It is never told of a coordinator, and so asks nobody.
      session: createSession({
        source: { watch: () => () => {} },
        data,
        ui,
        clock: browserClock,
        nextFrame: () => () => {},
        surface: 'window',
        newKey: () => 'key',
        open: (url) => new WebSocket(url),
      }),
    },
    text,
    path,
    scheme: 'auto',
    setScheme() {},
    go() {},
    call: () => Promise.resolve(null),
  };
}

interface Asked extends Given {
  readonly recent?: readonly string[];
  readonly more?: readonly PaletteObject[];
}

function groupsFor(query: string, given: Asked = {}) {
  const { recent = [], more = [] } = given;
  const place = placeWith(given);
  const question = { query, place, english: en, recent, more: new Map([['task', more]]) };
  return findEntries(REGISTRY, question);
}

function idsFor(query: string, given: Asked = {}): string[] {
  return groupsFor(query, given).flatMap(({ entries }) => entries.map(({ id }) => id));
}

const SHOP = [
  taskOf(1, { title: 'Round the total once', state: 'in_progress' }),
  taskOf(2, { title: 'Name the tax', state: 'review' }),
  taskOf(12, { title: 'Sort the cart', state: 'completed' }),
  taskOf(31, { title: 'Twelve mugs of 12', state: 'queued' }),
];

describe('the palette', () => {
  it('finds a task by its title, its number and its id', () => {
    expect(idsFor('total round', { tasks: SHOP })).toEqual(['task:task-1']);
    expect(idsFor('task-12', { tasks: SHOP })[0]).toBe('task:task-12');
    expect(idsFor('12', { tasks: SHOP })).toEqual(['task:task-12', 'task:task-31']);
    expect(idsFor('go to task-2', { tasks: SHOP })).toContain('task:task-2');
  });

  it('offers what can be done with a thing when a verb is said, and only where it is possible', () => {
    expect(idsFor('cancel', { tasks: SHOP })).toEqual([
      'task:task-31:cancel',
      'task:task-1:cancel',
    ]);
    expect(idsFor('cancel total', { tasks: SHOP })).toEqual(['task:task-1:cancel']);
    expect(idsFor('merge', { tasks: SHOP })).toEqual(['task:task-2:approve']);
    expect(idsFor('merge 12', { tasks: SHOP })).toEqual([]);
    expect(idsFor('total', { tasks: SHOP })).toEqual(['task:task-1']);
  });

  it('begins with what can be done here, and what was done last', () => {
    const groups = groupsFor('', {
      tasks: SHOP,
      path: '/tasks/task-2/changes',
      recent: ['task:task-2', 'task:task-12', 'action:new-task', 'task:task-99', 'nonsense'],
    });
    expect(groups.map(({ id }) => id)).toEqual(['here task', 'recent', 'actions']);
    expect(groups[0]?.entries.map(({ id }) => id)).toEqual([
      'task:task-2:approve',
      'task:task-2:send_back',
      'task:task-2:reject',
    ]);
    expect(groups[1]?.entries.map(({ id }) => id)).toEqual(['task:task-12', 'action:new-task']);
  });

  it('offers an action only where it is possible', () => {
    expect(idsFor('pause queue')).toEqual(['action:pause']);
    expect(idsFor('resume queue', { isPaused: true })).toEqual(['action:resume']);
  });

  it('is found in the language that is shown, and in English', () => {
    const given = { tasks: SHOP, text: ja };
    expect(idsFor('新しい', given)).toEqual(['action:new-task']);
    expect(idsFor('new task', given)).toEqual(['action:new-task']);
    expect(idsFor('中止 total', given)).toEqual(['task:task-1:cancel']);
    expect(idsFor('english', given)).toEqual([]);
    expect(idsFor('日本語')).toEqual(['action:language ja']);
  });

  it('adds what the coordinator found, once', () => {
    const other = (id: string): PaletteObject => ({
      id,
      label: 'Old total',
      detail: '',
      path: `/tasks/${id}`,
      acts: [],
    });
    const more = [other('task-1'), other('task-900')];
    expect(idsFor('total', { tasks: SHOP, more })).toEqual(['task:task-1', 'task:task-900']);
  });

  it('shows few of many, and each at most once, whatever is asked', () => {
    const words = fc.constantFrom(
      'cancel',
      'go',
      'to',
      'mug',
      '1',
      'task',
      'pa',
      'の',
      'theme',
      'x',
    );
    const tasks = fc.array(
      fc.record({
        number: fc.integer({ min: 1, max: 60 }),
        state: fc.constantFrom(...TaskState.options),
      }),
      { minLength: 20, maxLength: 60 },
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 4 }), tasks, (query, made) => {
        const held = made.map(({ number, state }) =>
          taskOf(number, { title: `Mug ${number}`, state }),
        );
        const groups = groupsFor(query.join(' '), { tasks: held });
        for (const { id: group, entries } of groups) {
          const ids = entries.map(({ id }: Entry) => id);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids.length).toBeGreaterThan(0);
          const most = { task: 12, agent: 12, acts: 6 }[group] ?? ACTIONS.length;
          expect(ids.length).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('tasks that the window does not hold', () => {
  const [tasks] = SOURCES.filter(({ kind }) => kind === 'task');
  const old = taskOf(900, { title: 'Old total', state: 'completed' });

  function askedOf(counts: Record<string, number>) {
    const place = placeWith({ tasks: SHOP });
    const { data } = place.app;
    data.setState(({ live }) => ({ live: { ...live, counts } }));
    const asked: string[] = [];
    const api = createApi(
      () => ({ url: 'http://koubou', token: 't' }),
      () => 'key',
      (input) => {
        asked.push(String(input).replace('http://koubou/api/v1', ''));
        const body = String(input).includes('?') ? { tasks: [old], nextCursor: null } : old;
        return Promise.resolve(Response.json(body));
      },
    );
    return {
      asked,
      place: { ...place, app: { ...place.app, session: { ...place.app.session, api } } },
    };
  }

  it('are asked for by words, and by number', async () => {
    const { asked, place } = askedOf({ completed: 100_000 });
    const found = await tasks?.more?.(place, ['old', 'total']);
    expect(found?.map(({ id }) => id)).toEqual(['task-900']);
    expect(asked).toEqual(['/tasks?q=old+total&limit=12']);
    await tasks?.more?.(place, ['900']);
    expect(asked).toContain('/tasks/task-900');
  });

  it('are not asked for when it holds all there are', async () => {
    const { asked, place } = askedOf({ queued: SHOP.length });
    expect(await tasks?.more?.(place, ['total'])).toEqual([]);
    expect(asked).toEqual([]);
  });
});

describe('agents in the palette', () => {
  it('are known by the part of the address that names them', () => {
    const id = AgentId.parse('agent-kiln');
    const [source] = SOURCES.filter(({ kind }) => kind === 'agent');
    expect(source?.openAt(`/agents/${id}`)).toBe(id);
    expect(source?.openAt('/agents')).toBeUndefined();
  });
});
