import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentId } from '../../shared/ids.ts';
import { Provisioning, ProvisioningId } from '../../shared/provisioning.ts';
import { newQuestions } from '../shell/attention.ts';
import { EMPTY_HOSTS, summaryOf, withNew, withoutGone, withProvisionings } from './hosts.ts';

const idOf = (n: number) => ProvisioningId.parse(`provisioning-${n}`);

function run(n: number, change: Partial<Provisioning> = {}): Provisioning {
  return Provisioning.parse({
    id: idOf(n),
    kind: 'add',
    target: `pc${n}`,
    agentId: null,
    state: 'running',
    startedAt: 0,
    endedAt: null,
    steps: [],
    question: null,
    report: [],
    tunnel: false,
    error: null,
    ...change,
  });
}

describe('provisionings in the window', () => {
  it('are the newest of each, oldest first, in whatever order they come', () => {
    const changes = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(1_000)));
    fc.assert(
      fc.property(changes, fc.integer({ min: 1, max: 7 }), (all, batch) => {
        let hosts = EMPTY_HOSTS;
        for (let at = 0; at < all.length; at += batch) {
          const part = all.slice(at, at + batch).map(([n, startedAt]) => run(n, { startedAt }));
          hosts = withProvisionings(hosts, part);
        }
        const newest = new Map(all.toSorted(([a], [b]) => a - b));
        expect([...hosts.provisionings.keys()]).toEqual([...newest.keys()].map(idOf));
        for (const [n, startedAt] of newest) {
          expect(hosts.provisionings.get(idOf(n))?.startedAt).toBe(startedAt);
        }
      }),
    );
  });

  it('stay the same object when nothing changed', () => {
    expect(withProvisionings(EMPTY_HOSTS, [])).toBe(EMPTY_HOSTS);
  });

  it('are not set back by an answer that is older than what came live', () => {
    const live = withProvisionings(EMPTY_HOSTS, [run(1, { state: 'done' })]);
    const after = withNew(live, [run(1, { state: 'waiting' }), run(2)]);
    expect([...after.provisionings.values()].map(({ state }) => state)).toEqual([
      'done',
      'running',
    ]);
  });

  it('of a coordinator that is gone go with it, and those that came since stay', () => {
    const before = withProvisionings(EMPTY_HOSTS, [run(1), run(2)]);
    const suspects = [...before.provisionings.keys()];
    const since = withProvisionings(before, [run(3)]);
    const after = withoutGone(since, suspects, [{ id: idOf(2) }]);
    expect([...after.provisionings.keys()]).toEqual([idOf(2), idOf(3)]);
    expect(withoutGone(since, [], [])).toBe(since);
  });

  it('are counted by what they need', () => {
    const states = ['waiting', 'running', 'asking', 'done', 'failed', 'cancelled', 'done'] as const;
    expect(summaryOf(states.map((state) => ({ state })))).toEqual({
      all: 7,
      done: 2,
      asking: 1,
      failed: 1,
      underWay: 2,
    });
  });
});

it('an agent is reached through a tunnel when the last run that added it says so', () => {
  const kiln = AgentId.parse('kiln');
  const first = run(1, { agentId: kiln, tunnel: true });
  const hosts = withProvisionings(EMPTY_HOSTS, [first, run(2, { agentId: kiln, kind: 'check' })]);
  expect([...hosts.tunnelled]).toEqual([kiln]);
  expect(withProvisionings(hosts, [run(3, { agentId: kiln })]).tunnelled.size).toBe(0);
});

it('each question is told once', () => {
  const question = {
    kind: 'host_key',
    n: 1,
    host: 'kiln:22',
    algorithm: 'ssh-ed25519',
    fingerprint: 'SHA256:x',
  } as const;
  const asks = withProvisionings(EMPTY_HOSTS, [run(1, { state: 'asking', question })]);
  expect(newQuestions(EMPTY_HOSTS, asks)).toEqual([
    { kind: 'asking', subject: 'pc1', path: '/agents' },
  ]);
  expect(newQuestions(asks, withProvisionings(asks, [run(1, { question })]))).toEqual([]);
  const next = withProvisionings(asks, [run(1, { question: { ...question, n: 2 } })]);
  expect(newQuestions(asks, next)).toHaveLength(1);
});
