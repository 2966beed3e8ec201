/** Looking into the log backwards, whatever its length. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditFilter } from '../../../shared/contract-audit.ts';
import { AgentId, TaskId } from '../../../shared/ids.ts';
import { connect, LOCAL, openTestApi, type TestApi } from './testing.ts';
import { chainHash } from '../journal/chain.ts';
import { createLogSearch, type LogSearch } from '../audit/search.ts';

let api: TestApi;
let search: LogSearch;

beforeEach(async () => {
  api = await openTestApi();
  // Two events a call, so that every search takes many.
  search = createLogSearch(api.journal.db, 2);
  await api.submit(connect());
  for (const title of ['Round 100% once', 'Name the tax']) {
    await api.submit({
      type: 'task.create',
      repo: { url: '/r', base: 'main' },
      title,
      body: '',
      priority: 'normal',
      engine: { kind: 'command', run: 'true' },
      needs: [],
      after: [],
      at: null,
    });
  }
  await api.submit({ type: 'queue.pause' });
  await api.submit({ type: 'queue.resume' });
  await api.submit({ type: 'agent.drain', agentId: LOCAL, draining: true });
});

afterEach(async () => await api.close());

/** All numbers that fit, page by page. */
function all(filter: AuditFilter, limit = 100): number[] {
  const seqs: number[] = [];
  let before: number | null | undefined;
  while (before !== null) {
    const page = search.page(filter, { before, after: 0, limit });
    seqs.push(...page.found.map(({ stored }) => stored.seq));
    before = page.nextBefore;
  }
  return seqs;
}

/** The same by looking at every event. */
function expected(fits: (type: string, text: string, actor: string) => boolean): number[] {
  return api.journal
    .eventsAfter(0, 1_000)
    .filter(({ event, actor }) => fits(event.type, JSON.stringify(event), actor))
    .map(({ seq }) => seq)
    .toReversed();
}

describe('a search', () => {
  test.each([1, 2, 3, 100])('without a filter finds all, newest first, %d at a time', (limit) => {
    expect(all({}, limit)).toEqual(expected(() => true));
  });

  test('by kind, type, who, and text', () => {
    expect(all({ kind: 'queue' })).toEqual(expected((type) => type.startsWith('queue.')));
    expect(all({ type: 'queue.paused' })).toHaveLength(1);
    expect(all({ actor: 'test' })).toEqual(expected((_type, _text, actor) => actor === 'test'));
    expect(all({ actor: 'tes' })).toEqual([]);
    expect(all({ q: 'NAME the' })).toEqual(expected((_, text) => text.includes('Name the')));
    // What SQL takes for “anything” is itself.
    expect(all({ q: '100%' })).toEqual(expected((_, text) => text.includes('100%')));
    expect(all({ q: '_' })).toEqual(expected((_, text) => text.includes('_')));
    expect(all({ q: '100%once' })).toEqual([]);
  });

  test('by task and by agent', () => {
    const task = TaskId.parse('task-2');
    expect(all({ task })).toEqual(expected((_, text) => text.includes('"taskId":"task-2"')));
    expect(all({ agent: LOCAL })).toEqual(expected((type) => type.startsWith('agent.')));
    expect(all({ agent: AgentId.parse('local-2') })).toEqual([]);
  });

  test('by time, with both ends', () => {
    const events = api.journal.eventsAfter(0, 1_000);
    const [, second, third] = events;
    if (!second || !third) throw new Error('too few events');
    expect(all({ since: second.at, until: third.at })).toEqual(
      events
        .filter(({ at }) => at >= second.at && at <= third.at)
        .map(({ seq }) => seq)
        .toReversed(),
    );
    expect(all({ since: third.at + 1e9 })).toEqual([]);
    expect(all({ until: 0 })).toEqual([]);
  });

  test('for what is newer than what one has', () => {
    const { found, nextBefore } = search.page({}, { after: api.journal.seq() - 1, limit: 10 });
    expect(found.map(({ stored }) => stored.seq)).toEqual([api.journal.seq()]);
    expect(nextBefore).toBeNull();
  });
});

test('every event shows the hash that links it to the one before', () => {
  let previous = '0'.repeat(64);
  for (let seq = 1; seq <= api.journal.seq(); seq += 1) {
    const event = search.event(seq);
    if (!event) throw new Error(`no event ${seq}`);
    const { stored, body, hash } = event;
    expect(event.previous).toBe(previous);
    expect(chainHash(previous, seq, stored.at, stored.actor, body)).toBe(hash);
    previous = hash;
  }
  expect(search.event(api.journal.seq() + 1)).toBeNull();
});

test('the file has every event that fits, a line each', async () => {
  const get = async (path: string) =>
    await fetch(`${api.url}/api/v1/audit/${path}`, {
      headers: { authorization: 'Bearer test-token-of-the-data-folder' },
    });
  const file = await (await get('export?kind=queue')).text();
  const lines = file.trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(
    all({ kind: 'queue' }),
  );
  expect((await get('export?kind=nothing')).status).toBe(400);
  expect((await get('events/999')).status).toBe(404);
  const list = (await (await get('events?limit=2&type=queue.resumed')).json()) as object;
  expect(list).toMatchObject({ events: [{ event: { type: 'queue.resumed' } }] });
});
