/** Tasks that leave their engine open: from one engine to the next, on a real journal and queue. */
import { describe, expect, it } from 'vitest';
import type { EngineKind } from '../../../shared/domain/engine.ts';
import type { FailureCode } from '../../../shared/errors.ts';
import { attemptIdOf, type TaskId } from '../../../shared/ids.ts';
import { Settings } from '../../../shared/settings.ts';
import type { EngineSupply, ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import { ALICE, connect, create, must, mustCreate } from '../journal/testing.ts';
import { openWorkshop } from './testing.ts';

const AUTO = { kind: 'auto' } as const;

function connectWith(...kinds: EngineKind[]) {
  const command = connect(ALICE);
  if (command.type !== 'agent.connect') throw new Error('no connection');
  const engines = kinds.map((kind) => ({ kind, version: '1', ready: true, why: null }));
  return { ...command, capabilities: { ...command.capabilities, engines } };
}

async function fails(
  journal: Journal,
  taskId: TaskId,
  code: FailureCode,
  until?: number,
): Promise<void> {
  const attemptId = journal.task(taskId)?.attemptId ?? attemptIdOf(taskId, 1);
  const fence = journal.attempt(attemptId)?.fence ?? 0;
  const about = { type: 'attempt.report', agentId: ALICE, attemptId, fence } as const;
  await must(journal, { ...about, seq: 1, report: { kind: 'started' } });
  const report = { kind: 'failed', code, message: 'no', tests: null, until } as const;
  await must(journal, { ...about, seq: 2, report });
}

function engineOfAttempt(journal: Journal, taskId: TaskId, ordinal: number): string | undefined {
  return journal.attempt(attemptIdOf(taskId, ordinal))?.engine?.kind;
}

const NONE: ModelSupply = { of: () => null, onChange: () => () => {} };

describe('a task whose engine is limited', () => {
  it('goes to the next engine at once, and waits when each has had its turn', async () => {
    await using opened = openWorkshop();
    const { journal, clock, start, until } = opened;
    start();
    await must(journal, connectWith('codex', 'claude-code'));
    const id = await mustCreate(journal, { engine: AUTO });
    await until(id, 'assigned');
    const over = clock.now() + 3_600_000;
    await fails(journal, id, 'engine_rate_limited', over);
    await until(id, 'assigned');
    await fails(journal, id, 'engine_rate_limited', over);
    await until(id, 'assigned');
    await fails(journal, id, 'engine_rate_limited', over);
    await opened.settled();
    expect([1, 2, 3].map((n) => engineOfAttempt(journal, id, n))).toEqual([
      'claude-code',
      'codex',
      'claude-code',
    ]);
    expect(journal.task(id)).toMatchObject({ state: 'failed', failure: { retryAt: over } });
    clock.advance(3_600_000);
    expect(await until(id, 'assigned')).toBe('assigned');
  });

  it('does not, when its failure says nothing of the engine, or when it names its own', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    start();
    await must(journal, { ...connectWith('codex', 'claude-code'), slots: 2 });
    const open = await mustCreate(journal, { engine: AUTO });
    const named = await mustCreate(journal, { engine: { kind: 'codex' } });
    await until(open, 'assigned');
    await until(named, 'assigned');
    await fails(journal, open, 'repo_unreachable');
    await fails(journal, named, 'engine_rate_limited');
    await opened.settled();
    expect([open, named].map((id) => journal.task(id)?.state)).toEqual(['failed', 'failed']);
  });
});

describe('a task that leaves its engine open', () => {
  it('passes over one whose account is held, and says so where it went', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    const held: EngineSupply = { state: 'held', reason: 'signed_out', why: 'who?', until: null };
    start({ supply: { ...NONE, of: (kind) => (kind === 'claude-code' ? held : null) } });
    await must(journal, connectWith('claude-code', 'codex'));
    const id = await mustCreate(journal, { engine: AUTO });
    await until(id, 'assigned');
    const attempt = journal.attempt(attemptIdOf(id, 1));
    expect(attempt?.engine).toEqual({ kind: 'codex' });
    expect(attempt?.reasons[0]?.engine?.passed).toEqual([
      { kind: 'claude-code', why: 'signed_out' },
    ]);
  });

  it('is given to what the settings name by the next minute', async () => {
    await using opened = openWorkshop();
    const { journal, clock, start, until } = opened;
    let order = 'ollama';
    start({ settings: { current: () => Settings.parse({ engines: { order } }) } });
    await must(journal, connectWith('codex'));
    const id = await mustCreate(journal, { engine: AUTO });
    await opened.settled();
    expect(journal.task(id)?.state).toBe('queued');
    order = 'ollama, codex';
    clock.advance(60_000);
    await until(id, 'assigned');
    expect(engineOfAttempt(journal, id, 1)).toBe('codex');
  });
});

describe('a task that must not leave its agent', () => {
  it('waits for ollama, whatever else is ready', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    start();
    await must(journal, connectWith('claude-code', 'codex'));
    const id = await mustCreate(journal, { engine: AUTO, localOnly: true });
    await opened.settled();
    expect(journal.task(id)?.state).toBe('queued');
    await must(journal, connectWith('claude-code', 'ollama'));
    await until(id, 'assigned');
    expect(engineOfAttempt(journal, id, 1)).toBe('ollama');
  });

  it('is refused with an engine that takes it away, when it is made and later', async () => {
    await using opened = openWorkshop();
    const { journal } = opened;
    const away = await journal.submit(create({ engine: { kind: 'codex' }, localOnly: true }), {
      actor: 'test',
    });
    expect(away).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    const cloud = { kind: 'ollama', model: 'gpt-oss:120b-cloud' } as const;
    const passedOn = await journal.submit(create({ engine: cloud, localOnly: true }), {
      actor: 'test',
    });
    expect(passedOn.ok).toBe(false);
    const taskId = await mustCreate(journal, { engine: { kind: 'ollama' }, localOnly: true });
    const changed = await journal.submit(
      { type: 'task.update', taskId, engine: { kind: 'claude-code' } },
      { actor: 'test' },
    );
    expect(changed).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  });
});
