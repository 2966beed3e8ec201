/** Agents that announce themselves on the LAN: whom a coordinator suggests, and what it says of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostSuggestion } from '../../src/shared/provisioning.ts';
import { add, expectDone, FIRST_MS, openSite, type Site } from '../support/provisioning-site.ts';
import type { ProvisioningWorkshop } from '../support/provisioning.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
}, FIRST_MS);
afterAll(async () => await site?.close());

/** Who announces itself as an agent. */
async function announced({ call }: ProvisioningWorkshop): Promise<HostSuggestion[]> {
  const { hosts } = await call('hosts.suggest', {});
  return hosts.filter(({ koubou }) => koubou);
}

test('a member is not suggested; to another workshop it is, and whose it is is said; one that is stopped is forgotten', async () => {
  const [ours, theirs] = [await site.start(), await site.start()];
  const host = await site.host({ name: 'loom' });
  expect(await announced(theirs)).toEqual([]);
  const one = await add(ours, host, { name: 'Big loom' });
  expectDone(one);

  expect(await announced(ours)).toEqual([]);
  const [seen, ...others] = await announced(theirs);
  expect(others).toEqual([]);
  expect(seen).toEqual({
    ...{ target: 'loom.local', from: ['mdns'], address: host.address, koubou: true },
    agent: {
      ...{ id: 'big-loom', name: 'Big loom', workshop: 'another' },
      version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    },
  });

  await ours.call('agents.delete', { id: seen?.agent?.id as never });
  expect(await announced(ours)).toMatchObject([
    { address: host.address, agent: { id: 'big-loom', workshop: 'ours' } },
  ]);

  await host.cut();
  expect(await announced(ours)).toEqual([]);
  await host.heal();
  expect(await announced(ours)).toHaveLength(1);
  const keeper = host.processes().find(({ command }) => /^\S+koubou agent keep /.test(command));
  await host.exec(`kill ${keeper?.pid ?? ''}`);
  await expect.poll(async () => await announced(ours), { timeout: 20_000 }).toEqual([]);
});
