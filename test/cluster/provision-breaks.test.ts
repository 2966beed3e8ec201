/** What breaks while a PC is made an agent, at each step: the coordinator, the host; and two workshops that want the same one. */
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Provisioning, StepName } from '../../src/shared/provisioning.ts';
import type { Host } from '../support/hosts/host.ts';
import { add, expectDone, FIRST_MS, openSite, type Site } from '../support/provisioning-site.ts';
import { targetOf, told, type ProvisioningWorkshop } from '../support/provisioning.ts';

let site: Site;
let workshop: ProvisioningWorkshop;

beforeAll(async () => {
  site = await openSite();
  workshop = await site.start();
}, FIRST_MS);
afterAll(async () => await site?.close());
afterEach(async () => await site.closeHosts());

/** The step has begun; of an upload, some came. */
const isAt =
  (name: StepName) =>
  ({ steps }: Provisioning): boolean =>
    steps.some(
      (step) =>
        step.name === name &&
        step.startedAt !== null &&
        (name !== 'upload' || (step.progress?.done ?? 0) > 2_000_000),
    );

/** Begins, trusts the key, and gives the id when `name` is under way. */
async function beginUntil(
  at: ProvisioningWorkshop,
  host: Host,
  name: StepName,
): Promise<Provisioning['id']> {
  const { provisionings } = await at.call('agents.add', { hosts: [{ target: targetOf(host) }] });
  const [begun] = provisionings;
  if (!begun) throw new Error('nothing was begun');
  const { id } = begun;
  const first = await at.until(id, (one) => one.question !== null || isAt(name)(one));
  if (first.question)
    await at.call('provisionings.answer', { id, n: first.question.n, answers: ['yes'] });
  await at.until(id, isAt(name));
  return id;
}

/** Builds that count there, by the checksum that the host itself finds. */
async function validBuilds(host: Host): Promise<string[]> {
  const script = `cd ${host.home}/.local/share/koubou-agent/versions 2>/dev/null || exit 0
for valid in */valid.json; do
  [ -f "$valid" ] || continue
  sum=$(sha256sum "$(dirname "$valid")/koubou" | cut -d ' ' -f 1)
  if grep -q "$sum" "$valid"; then echo whole; else echo BROKEN; fi
done`;
  return (await host.exec(script)).stdout.split('\n').filter((line) => line !== '');
}

const STEPS = ['probe', 'upload', 'install', 'start'] as const;

test.each(STEPS)('the coordinator is killed at %s; the next one ends it well', async (step) => {
  const host = await site.host({ name: `orphan-${step}` });
  const dir = path.join(site.scratch, `killed-${step}`);
  const args = ['--lan', '18498'];
  const first = await site.start({ dir, args });
  await beginUntil(first, host, step);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  expect(await validBuilds(host)).not.toContain('BROKEN');
  const next = await site.start({ dir, args });
  try {
    expectDone(await add(next, host));
    expect(await validBuilds(host)).toEqual(['whole']);
  } finally {
    await next.close();
  }
});

test.each(STEPS)('the host loses its power at %s; a second try ends well', async (step) => {
  const host = await site.host({ name: `broken-${step}` });
  const id = await beginUntil(workshop, host, step);
  await host.crash();
  await host.boot();
  await workshop.call('provisionings.cancel', { id });
  await workshop.ended(id);
  expect(await validBuilds(host)).not.toContain('BROKEN');
  expectDone(await add(workshop, host));
  expect(await validBuilds(host)).toEqual(['whole']);
});

test('two workshops race for one host: one has it, the other is told whose it is', async () => {
  const host = await site.host({ name: 'wanted' });
  const other = await site.start();
  const ends = await Promise.all([workshop, other].map((at) => add(at, host)));
  const states = ends.map(({ state }) => state).toSorted();
  expect(states, ends.map(told).join('\n\n')).toEqual(['done', 'failed']);
  const loser = ends.find(({ state }) => state === 'failed');
  expect(['owned_by_another', 'host_busy']).toContain(loser?.error?.code);
});
