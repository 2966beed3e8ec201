import { describe, expect, it } from 'vitest';
import type { Agent, AgentUpdate } from '../../shared/domain/agent.ts';
import { canUpdate } from './versions.ts';

const NEWEST = { version: '0.2.0', build: 'b2' };
const AGENT: Pick<Agent, 'connected' | 'enrolment' | 'version' | 'build' | 'update'> = {
  connected: true,
  enrolment: { via: 'ssh', keyHash: '0'.repeat(64), host: 'aya@kiln:22', at: 0 },
  version: '0.1.0',
  update: null,
};

function updated(change: Partial<AgentUpdate>): AgentUpdate {
  return { state: 'done', version: '0.2.0', build: 'b2', why: null, at: 0, ...change };
}

describe('an agent can be updated', () => {
  it('when it runs another version than the coordinator has', () => {
    expect(canUpdate(AGENT, NEWEST)).toBe(true);
    expect(canUpdate({ ...AGENT, version: '0.2.0' }, NEWEST)).toBe(false);
  });

  it('when it runs an older build of that version', () => {
    const agent = { ...AGENT, version: '0.2.0' };
    expect(canUpdate({ ...agent, build: 'b1' }, NEWEST)).toBe(true);
    expect(canUpdate({ ...agent, build: 'b2' }, NEWEST)).toBe(false);
    expect(canUpdate({ ...agent, build: '' }, NEWEST)).toBe(false);
  });

  it('not while that is under way, and not to a build that failed there', () => {
    expect(canUpdate({ ...AGENT, update: updated({ state: 'running' }) }, NEWEST)).toBe(false);
    expect(canUpdate({ ...AGENT, update: updated({ state: 'failed' }) }, NEWEST)).toBe(false);
    const earlier = updated({ state: 'failed', build: 'b1' });
    expect(canUpdate({ ...AGENT, update: earlier }, NEWEST)).toBe(true);
  });

  it('not when it is away, of this PC, or nothing newer is known', () => {
    expect(canUpdate({ ...AGENT, connected: false }, NEWEST)).toBe(false);
    expect(canUpdate({ ...AGENT, enrolment: null }, NEWEST)).toBe(false);
    expect(canUpdate(AGENT, null)).toBe(false);
    expect(canUpdate(AGENT, { version: '', build: '' })).toBe(false);
  });
});
