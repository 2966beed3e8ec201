/** Tasks whose engine speaks through an account: given out when it can, kept when it cannot, and on again by themselves. */
import { describe, expect, it } from 'vitest';
import type { AgentEngine } from '../../../shared/domain/agent.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { EngineKind } from '../../../shared/domain/engine.ts';
import type { EngineSupply, ModelSupply } from '../gateway/models/port.ts';
import { ALICE, connect, must, mustCreate } from '../journal/testing.ts';
import { openWorkshop } from './testing.ts';

const CLAUDE = { kind: 'claude-code' } as const;
const WHY = { state: 'held', why: 'the account says why' } as const;
const SIGNED_OUT: EngineSupply = { ...WHY, reason: 'signed_out', until: null };

/** Accounts as the test says; `claude-code` only, until it is told otherwise. */
function supplyBy(first: EngineSupply | null): ModelSupply & { become(next: EngineSupply): void } {
  const listeners = new Set<() => void>();
  let now = first;
  return {
    of: (engine: EngineKind) => (engine === 'claude-code' ? now : null),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    become(next) {
      now = next;
      for (const listener of listeners) listener();
    },
  };
}

/** An agent with Claude Code, where nobody is logged in. */
function connectWith(...more: AgentEngine[]): Command {
  const command = connect(ALICE);
  if (command.type !== 'agent.connect') throw new Error('no connection');
  const claude = { ...CLAUDE, version: '2', ready: false, why: 'not logged in' };
  const [own] = command.capabilities.engines;
  const engines = [claude, ...more, ...(own ? [own] : [])];
  return { ...command, capabilities: { ...command.capabilities, engines } };
}

const KNOWS_GATEWAY: AgentEngine = { kind: 'anthropic', version: '1', ready: false, why: 'no key' };

describe('an engine that an account speaks for', () => {
  it('needs no sign-in of its own', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    start({ supply: supplyBy({ state: 'open' }) });
    await must(journal, connectWith(KNOWS_GATEWAY));
    const id = await mustCreate(journal, { engine: CLAUDE });
    expect(await until(id, 'assigned')).toBe('assigned');
  });

  it('needs one where the agent is older than accounts, or where there is no account', async () => {
    await using opened = openWorkshop();
    const { journal, start } = opened;
    start({ supply: supplyBy({ state: 'open' }) });
    await must(journal, connectWith());
    const id = await mustCreate(journal, { engine: CLAUDE });
    await opened.settled();
    expect(journal.task(id)?.state).toBe('queued');
  });
});

describe('while no account can speak', () => {
  it('its tasks wait, others pass, and they go on when one can', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    const supply = supplyBy(SIGNED_OUT);
    start({ supply });
    await must(journal, connectWith(KNOWS_GATEWAY));
    const kept = await mustCreate(journal, { engine: CLAUDE, priority: 'urgent' });
    await opened.settled();
    expect(journal.task(kept)?.state).toBe('queued');
    const other = await mustCreate(journal, { priority: 'low' });
    expect(await until(other, 'assigned')).toBe('assigned');
    await must(journal, { type: 'task.cancel', taskId: other, reason: 'done with it' });
    supply.become({ state: 'open' });
    expect(await until(kept, 'assigned')).toBe('assigned');
  });

  it('looks again when the limit is over, without being told', async () => {
    await using opened = openWorkshop();
    const { journal, clock, start, until } = opened;
    const over = clock.now() + 60_000;
    const limited: EngineSupply = { ...WHY, reason: 'limited', until: over };
    const byTime: ModelSupply = {
      of: () => (clock.now() < over ? limited : { state: 'open' }),
      onChange: () => () => {},
    };
    start({ supply: byTime });
    await must(journal, connectWith(KNOWS_GATEWAY));
    const id = await mustCreate(journal, { engine: CLAUDE });
    await opened.settled();
    clock.advance(59_999);
    await opened.settled();
    expect(journal.task(id)?.state).toBe('queued');
    clock.advance(1);
    expect(await until(id, 'assigned')).toBe('assigned');
  });
});
