/** Every operation: what it answers, and each of its fields wrong in turn, generated from the contract. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OPERATIONS, type OperationName } from '../../../shared/contract.ts';
import type { Operation } from '../../../shared/operation.ts';
import { Task } from '../../../shared/domain/task.ts';
import { ErrorBody, REJECTIONS } from '../../../shared/errors.ts';
import { CAPABILITIES, connect, LOCAL, openTestApi, TOKEN, type TestApi } from './testing.ts';
import { idsFor, NEEDED, NEW_TASK, T1 } from './testing-requests.ts';

let api: TestApi;

const AUTH = { authorization: `Bearer ${TOKEN}` };
/** A task that nobody worked on has no change to read; nobody was asked for a code, nor is signed in to search. */
const NOT_THERE = /^(?:tasks\.(?:diff|lines)|github\.(?:device_status|issues))$/;

/** With what a GET must be told besides the id as its query. */
function addressOf(name: OperationName, id: string): string {
  const { method, path: template } = OPERATIONS[name];
  const told = method === 'GET' ? Object.entries(NEEDED[name] ?? {}) : [];
  const query = new URLSearchParams(
    told.map(([key, value]): [string, string] => [key, String(value)]),
  );
  return `${template.replace('{id}', id)}?${query.toString()}`;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

async function ask(
  method: string,
  target: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(new URL(target, api.url), {
    method,
    headers: {
      ...AUTH,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('application/json');
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : text,
    headers: response.headers,
  };
}

function without(fields: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
}

/** The refusal in an answer, after checking that its status is that of its code. */
function refusal({ status, body }: Answer): ErrorBody['error'] {
  const { error } = ErrorBody.parse(body);
  expect(status).toBe(REJECTIONS[error.code]);
  return error;
}

describe('each field wrong in turn', () => {
  beforeAll(async () => {
    api = await openTestApi();
    await api.submit(connect());
    await ask('POST', '/api/v1/tasks', NEW_TASK);
  });
  afterAll(() => api.close());

  /** One request per way to get one field wrong. */
  function wrongs(): [string, OperationName, Record<string, unknown>][] {
    const names = Object.keys(OPERATIONS) as OperationName[];
    return names.flatMap((name) => {
      const operation: Operation = OPERATIONS[name];
      const good: Record<string, unknown> = { ...NEEDED[name] };
      const fields = Object.keys(operation.input.shape).filter(
        (field) => !operation.path.includes(`{${field}}`),
      );
      const isQuery = operation.method === 'GET' || operation.method === 'DELETE';
      const cases = fields.map((field): [string, OperationName, Record<string, unknown>] => [
        `${name}: ${field} of the wrong kind`,
        name,
        // Twice in a query, or an object in a body, is right for no field.
        { ...without(good, field), [field]: isQuery ? ['a', 'b'] : { wrong: true } },
      ]);
      return [...cases, [`${name}: a field it does not know`, name, { ...good, extra: 'x' }]];
    });
  }

  test.each(wrongs())('%s', async (_, name, fields) => {
    const { method, path: template } = OPERATIONS[name];
    const target = new URL(template.replace('{id}', idsFor(template).there), api.url);
    const isQuery = method === 'GET' || method === 'DELETE';
    if (isQuery) {
      for (const [key, value] of Object.entries(fields))
        for (const one of [value].flat()) target.searchParams.append(key, String(one));
    }
    const before = api.journal.seq();
    const error = refusal(await ask(method, target.href, isQuery ? undefined : fields));
    expect(error.code).toBe('invalid_input');
    const wrong = Object.keys(fields).at(-1) ?? '';
    expect(JSON.stringify(error.details)).toContain(
      Object.keys(fields).find((key) => JSON.stringify(fields[key]).includes('wrong')) ?? wrong,
    );
    expect(api.journal.seq()).toBe(before);
  });

  test.each(
    (Object.keys(OPERATIONS) as OperationName[]).filter((name) =>
      OPERATIONS[name].path.includes('{id}'),
    ),
  )('%s: an id that is none, and one that is not there', async (name) => {
    const { method, path: template } = OPERATIONS[name];
    const body = method === 'GET' || method === 'DELETE' ? undefined : (NEEDED[name] ?? {});
    expect(refusal(await ask(method, template.replace('{id}', 'Not_an_id!'), body)).code).toBe(
      'invalid_input',
    );
    const { absent } = idsFor(template);
    const error = refusal(await ask(method, addressOf(name, absent), body));
    expect(error).toMatchObject({ code: 'not_found' });
    expect(error.message).toContain(absent);
  });

  test.each([
    ['no title', { repo: '/srv/shop' }, 'title'],
    ['an empty title', { ...NEW_TASK, title: '   ' }, 'title'],
    ['a title of 100,000 characters', { ...NEW_TASK, title: 'x'.repeat(100_000) }, 'title'],
    ['a title that clears the screen', { ...NEW_TASK, title: 'hello \u001b[2J' }, 'title'],
    ['a title that reads backwards', { ...NEW_TASK, title: 'a\u202Eb' }, 'title'],
    ['a title of two lines', { ...NEW_TASK, title: 'a\nb' }, 'title'],
    ['an engine nobody knows', { ...NEW_TASK, engine: { kind: 'magic' } }, 'engine.kind'],
    [
      'a field inside the engine that is none',
      { ...NEW_TASK, engine: { kind: 'command', run: 'x', shell: 'y' } },
      'engine.shell',
    ],
    ['a need with spaces', { ...NEW_TASK, needs: ['python 3'] }, 'needs.0'],
    ['a time before time', { ...NEW_TASK, at: -1 }, 'at'],
    ['a priority that is none', { ...NEW_TASK, priority: 'now' }, 'priority'],
  ])('tasks.create with %s', async (_, body, field) => {
    const error = refusal(await ask('POST', '/api/v1/tasks', body));
    expect(error.code).toBe('invalid_input');
    expect(error.details?.['fields']).toEqual(
      expect.arrayContaining([expect.objectContaining({ path: field })]),
    );
  });
});

describe('one workshop', () => {
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  test('a task is created, read, changed, listed, cancelled', async () => {
    const created = await ask('POST', '/api/v1/tasks', NEW_TASK);
    expect(created.status).toBe(201);
    expect(Task.parse(created.body)).toMatchObject({
      id: 'task-1',
      state: 'pending',
      repo: { base: 'main' },
      createdBy: 'user',
    });
    expect(created.headers.get('x-koubou-seq')).toBe('1');
    const updated = await ask('PUT', '/api/v1/tasks/task-1', { priority: 'urgent' });
    expect(updated.body).toMatchObject({ priority: 'urgent', title: 'Repair the total' });
    expect((await ask('GET', '/api/v1/tasks/task-1')).body).toEqual(updated.body);
    const timeline = OPERATIONS['tasks.events'].output.parse(
      (await ask('GET', '/api/v1/tasks/task-1/events')).body,
    );
    expect(timeline.events.map(({ event }) => event.type)).toEqual([
      'task.created',
      'task.updated',
    ]);
    const gone = await ask('DELETE', '/api/v1/tasks/task-1');
    expect(gone.body).toMatchObject({ state: 'cancelled', cancelReason: 'cancelled by hand' });
    expect(refusal(await ask('POST', '/api/v1/tasks/task-1/retry')).code).toBe(
      'illegal_transition',
    );
  });

  test('every answer is what the contract says', async () => {
    await api.submit(connect());
    await ask('POST', '/api/v1/tasks', NEW_TASK);
    await ask('POST', '/api/v1/recurring', NEEDED['recurring.save']);
    await ask('POST', '/api/v1/workflows', NEEDED['workflows.start']);
    const reads = (Object.keys(OPERATIONS) as OperationName[]).filter(
      (name) => OPERATIONS[name].method === 'GET' && !NOT_THERE.test(name),
    );
    for (const name of reads) {
      const operation: Operation = OPERATIONS[name];
      const { there } = idsFor(operation.path);
      const { status, body } = await ask('GET', addressOf(name, there));
      expect(`${name} ${status}`).toBe(`${name} 200`);
      expect(operation.output.safeParse(body).error, name).toBeUndefined();
    }
    for (const [target, result] of [
      ['pause', true],
      ['resume', false],
    ] as const) {
      expect((await ask('POST', `/api/v1/queue/${target}`)).body).toEqual({
        paused: result,
        pauses: [],
      });
    }
    expect((await ask('POST', '/api/v1/agents/local-1/drain')).body).toMatchObject({
      state: 'maintenance',
    });
    expect((await ask('POST', '/api/v1/agents/local-1/resume')).body).toMatchObject({
      state: 'idle',
    });
    expect((await ask('DELETE', '/api/v1/agents/local-1')).body).toEqual({ removed: 'local-1' });
  });

  test('lists go on where the cursor stands', async () => {
    for (let i = 1; i <= 5; i++)
      await ask('POST', '/api/v1/tasks', { ...NEW_TASK, title: `Task ${i}` });
    const pages: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer: Answer = await ask(
        'GET',
        `/api/v1/tasks?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      const page = OPERATIONS['tasks.list'].output.parse(answer.body);
      pages.push(page.tasks.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(pages).toEqual([['task-5', 'task-4'], ['task-3', 'task-2'], ['task-1']]);
    expect(refusal(await ask('GET', '/api/v1/tasks?cursor=yesterday')).code).toBe('invalid_input');
    const log = OPERATIONS['events.list'].output.parse(
      (await ask('GET', '/api/v1/events?after=1&limit=3')).body,
    );
    expect([log.events.map(({ seq }) => seq), log.nextAfter]).toEqual([[2, 3, 4], 4]);
  });

  test('a request under one Idempotency-Key is carried out once', async () => {
    const headers = { 'idempotency-key': 'key-1' };
    const first = await ask('POST', '/api/v1/tasks', NEW_TASK, headers);
    const again = await ask('POST', '/api/v1/tasks', { ...NEW_TASK }, headers);
    expect([again.status, again.body]).toEqual([201, first.body]);
    const other = await ask('POST', '/api/v1/tasks', { ...NEW_TASK, title: 'Another' }, headers);
    expect(refusal(other).code).toBe('idempotency_conflict');
    expect(api.journal.workshop().lastTask).toBe(1);
    expect(
      refusal(await ask('POST', '/api/v1/tasks', NEW_TASK, { 'idempotency-key': 'a b' })).code,
    ).toBe('invalid_input');
  });
});

describe('what is refused, and what waits', () => {
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  test('a repository that is not there is refused before anything is stored', async () => {
    const error = refusal(
      await ask('POST', '/api/v1/tasks', { ...NEW_TASK, repo: '/srv/missing' }),
    );
    expect(error).toEqual({
      code: 'repo_not_found',
      message: 'there is no repository at /srv/missing',
    });
    expect(api.journal.seq()).toBe(0);
  });

  test('without an engine, Claude Code is taken where it is ready, else the way out is told', async () => {
    const { engine: _, ...bare } = NEW_TASK;
    await api.submit(connect());
    expect(refusal(await ask('POST', '/api/v1/tasks', bare))).toMatchObject({
      code: 'engine_unavailable',
    });
    const claude = {
      kind: 'claude-code',
      version: '2.1',
      ready: false,
      why: 'not logged in',
    } as const;
    await api.submit(connect({ ...CAPABILITIES, engines: [claude] }));
    expect(refusal(await ask('POST', '/api/v1/tasks', bare)).message).toContain('not logged in');
    await api.submit(
      connect({ ...CAPABILITIES, engines: [{ ...claude, ready: true, why: null }] }),
    );
    expect((await ask('POST', '/api/v1/tasks', bare)).body).toMatchObject({
      engine: { kind: 'claude-code' },
    });
  });

  test('the queue tells what the first of each line waits for', async () => {
    await ask('POST', '/api/v1/tasks', { ...NEW_TASK, needs: ['gpu'] });
    await api.submit({ type: 'task.analyse', taskId: T1, specialty: 'general' });
    const next = async (): Promise<unknown> =>
      OPERATIONS['queue.get'].output.parse((await ask('GET', '/api/v1/queue')).body).next;
    await api.submit(connect());
    const lacks = { agentId: 'local-1', lack: { code: 'missing', about: 'gpu' } };
    expect(await next()).toMatchObject([
      { waits: 'local-1 lacks gpu', reason: { code: 'unable', agents: [lacks], more: 0 } },
    ]);
    await api.submit({ type: 'queue.pause' });
    expect(await next()).toMatchObject([
      { waits: 'the queue is paused', reason: { code: 'paused' } },
    ]);
  });

  test('a recording comes as it is, or as plain text', async () => {
    await ask('POST', '/api/v1/tasks', NEW_TASK);
    expect((await ask('GET', '/api/v1/tasks/task-1/terminal')).body).toBe('');
    await api.submit(connect());
    await api.submit({ type: 'task.analyse', taskId: T1, specialty: 'general' });
    await api.submit({ type: 'task.assign', taskId: T1, agentId: LOCAL, reasons: [] });
    const cast = [
      '{"version":3,"term":{"cols":120,"rows":32}}',
      '[0.1,"o","\\u001b[31mred\\u001b[0m\\r\\n\\u001b["]',
      '[0.2,"o","1mbold"]',
      '[0.3,"r","80x24"]',
      '[0.4,"o","cu',
    ];
    writeFileSync(path.join(api.dir, 'task-1.1.terminal'), cast.join('\n'));
    const raw = await ask('GET', '/api/v1/tasks/task-1/terminal');
    expect([raw.headers.get('content-type'), raw.body]).toEqual([
      'application/x-asciicast',
      cast.join('\n'),
    ]);
    expect(
      (await ask('GET', '/api/v1/tasks/task-1/terminal?format=text&attempt=task-1.1')).body,
    ).toBe('red\nbold');
    for (const attempt of ['task-1.2', 'task-2.1']) {
      const answer = await ask('GET', `/api/v1/tasks/task-1/terminal?attempt=${attempt}`);
      expect(refusal(answer).code).toBe('not_found');
    }
  });

  test('what is no request is refused in the same shape', async () => {
    const cases: [Promise<Answer>, string][] = [
      [ask('POST', '/api/v1/tasks', '{"title":'), 'invalid_input'],
      [ask('POST', '/api/v1/tasks', '[]'), 'invalid_input'],
      [ask('POST', '/api/v1/tasks', '"text"'), 'invalid_input'],
      [ask('POST', '/api/v1/tasks', '{"__proto__":{"title":"x"}}'), 'invalid_input'],
      [
        ask('POST', '/api/v1/tasks', 'title=x', {
          'content-type': 'application/x-www-form-urlencoded',
        }),
        'unsupported_media_type',
      ],
      [
        ask('POST', '/api/v1/tasks', JSON.stringify({ ...NEW_TASK, body: 'x'.repeat(1_100_000) })),
        'payload_too_large',
      ],
      [ask('POST', '/api/v1/tasks?title=x', NEW_TASK), 'invalid_input'],
      [ask('PUT', '/api/v1/tasks/task-1', { id: 'task-2' }), 'invalid_input'],
      [ask('PATCH', '/api/v1/tasks/task-1', {}), 'method_not_allowed'],
      [ask('DELETE', '/api/v1/queue'), 'method_not_allowed'],
      [ask('GET', '/api/v1/nothing'), 'not_found'],
      [ask('GET', '/api/v2/tasks'), 'not_found'],
      [ask('GET', '/api/v1/tasks/%zz'), 'invalid_input'],
    ];
    for (const [answer, code] of cases) expect(refusal(await answer).code).toBe(code);
    expect((await ask('DELETE', '/api/v1/queue')).headers.get('allow')).toBe('GET');
    expect(api.journal.seq()).toBe(0);
  });
});
