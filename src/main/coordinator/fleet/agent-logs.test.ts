/** Asking agents for the end of their log. */
import { describe, expect, it } from 'vitest';
import { AgentId } from '../../../shared/ids.ts';
import type { ToAgent } from '../../../shared/protocol/agent.ts';
import { createAgentLogs } from './agent-logs.ts';

const KILN = AgentId.parse('kiln');

function workbench(protocol = 3) {
  const sent: ToAgent[] = [];
  const timers = new Set<() => void>();
  const link = {
    agentId: KILN,
    protocol,
    send: (frame: ToAgent) => void sent.push(frame),
  };
  const logs = createAgentLogs({
    linkOf: (id) => (id === KILN ? link : null),
    clock: {
      now: () => 0,
      monotonic: () => 0,
      after(_ms, run) {
        timers.add(run);
        return () => timers.delete(run);
      },
    },
  });
  const fire = (): void => {
    for (const run of timers) run();
  };
  return { logs, link, sent, timers, fire };
}

describe('the log of an agent', () => {
  it('is what it answers to this question, and to no other', async () => {
    const { logs, link, sent, timers } = workbench();
    const [first, second] = [logs.read(KILN), logs.read(KILN)];
    expect(sent).toEqual([
      { type: 'log_ask', n: 1 },
      { type: 'log_ask', n: 2 },
    ]);
    logs.answer(link, { type: 'log_tail', n: 2, text: 'two' });
    logs.answer({ ...link }, { type: 'log_tail', n: 1, text: 'of another link' });
    logs.answer(link, { type: 'log_tail', n: 1, text: 'one' });
    expect(await Promise.all([first, second])).toEqual([
      { ok: true, value: 'one' },
      { ok: true, value: 'two' },
    ]);
    expect(timers.size).toBe(0);
  });

  it.each([
    ['leaves', ({ logs, link }) => logs.gone(link), 'went away'],
    ['does not answer', ({ fire }) => fire(), 'did not answer'],
  ] satisfies [string, (bench: ReturnType<typeof workbench>) => void, string][])(
    'is refused when the agent %s',
    async (_, happen, why) => {
      const bench = workbench();
      const asked = bench.logs.read(KILN);
      happen(bench);
      const told = await asked;
      expect(told.ok ? '' : told.error.message).toContain(why);
    },
  );

  it('is not asked of one that is away, or too old to understand', async () => {
    const { logs, sent } = workbench(2);
    const error = { code: 'agent_unavailable' };
    expect(await logs.read(KILN)).toMatchObject({ ok: false, error });
    expect(await logs.read(AgentId.parse('gone'))).toMatchObject({ ok: false, error });
    expect(sent).toEqual([]);
  });
});
