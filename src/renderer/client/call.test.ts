import { describe, expect, it } from 'vitest';
import { createApi } from './call.ts';

const address = { url: 'http://127.0.0.1:8080', token: 'secret' };

/** An API whose server answers `body` to everything, and what was sent to it. */
function apiThat(answer: { status?: number; body: unknown; seq?: number }) {
  const sent: { url: string; init: RequestInit }[] = [];
  const api = createApi(
    () => address,
    () => 'key-1',
    (url, init = {}) => {
      sent.push({ url: String(url), init });
      return Promise.resolve(
        Response.json(answer.body, {
          status: answer.status ?? 200,
          headers: { 'x-koubou-seq': String(answer.seq ?? 0) },
        }),
      );
    },
  );
  return { api, sent };
}

describe('a call', () => {
  it('puts parts into the path, the rest into the query of a GET', async () => {
    const { api, sent } = apiThat({ body: { events: [], nextAfter: null }, seq: 42 });
    const answer = await api.ask('tasks.events', { id: 'task-3', after: 7, limit: undefined });
    expect(sent[0]?.url).toBe('http://127.0.0.1:8080/api/v1/tasks/task-3/events?after=7');
    expect(new Headers(sent[0]?.init.headers).get('authorization')).toBe('Bearer secret');
    expect(answer).toEqual({
      ok: true,
      value: { value: { events: [], nextAfter: null }, seq: 42 },
    });
  });

  it('puts the rest into the body of a POST, under a key', async () => {
    const { api, sent } = apiThat({ body: { paused: true } });
    await api.call('tasks.send_back', { id: 'task-3', comment: 'more' });
    expect(sent[0]?.url).toBe('http://127.0.0.1:8080/api/v1/tasks/task-3/send-back');
    expect(sent[0]?.init.body).toBe('{"comment":"more"}');
    expect(new Headers(sent[0]?.init.headers).get('idempotency-key')).toBe('key-1');
  });

  it('answers a refusal with its code and the fields that are wrong', async () => {
    const error = {
      code: 'invalid_input',
      message: 'repo: must not be empty',
      details: { fields: [{ path: 'repo', message: 'must not be empty' }, 'nonsense'] },
    };
    const { api } = apiThat({ status: 400, body: { error } });
    expect(await api.call('tasks.create', { repo: '', title: 'x' })).toEqual({
      ok: false,
      error: {
        code: 'invalid_input',
        message: 'repo: must not be empty',
        fields: [{ path: 'repo', message: 'must not be empty' }],
      },
    });
  });

  it('answers what it does not understand as unreadable', async () => {
    for (const [status, body] of [
      [200, { paused: 'maybe' }],
      [502, 'Bad gateway'],
      [400, { error: { code: 'new_code', message: 'x' } }],
    ] as const) {
      const { api } = apiThat({ status, body });
      const answer = await api.call('queue.pause', {});
      expect(answer.ok ? null : answer.error.code).toBe('unreadable');
    }
  });

  it('answers that nobody is there as unreachable', async () => {
    const gone = createApi(
      () => address,
      () => 'key',
      () => Promise.reject(new TypeError('fetch failed')),
    );
    const nowhere = createApi(
      () => null,
      () => 'key',
    );
    for (const api of [gone, nowhere]) {
      const answer = await api.call('queue.get', {});
      expect(answer.ok ? null : answer.error.code).toBe('unreachable');
    }
  });
});
