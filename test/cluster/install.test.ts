/** Installing and removing an agent on a host that others want, too, or where the power goes; and by hand. */
import { chownSync, copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostAnswer } from '../../src/agent/host/orders.ts';
import {
  differences,
  EXECUTABLE,
  expectType,
  OWNER,
  Place,
  sign,
  UID,
} from '../support/agent-home.ts';
import type { Host } from '../support/hosts/host.ts';
import { openHosts, type Hosts } from '../support/hosts/hosts.ts';

let scratch: string;
let hosts: Hosts;
let host: Host;
let place: Place;
let before: Map<string, string>;

// The first run on a PC makes the hosts' file system.
beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-install-test-'));
  hosts = await openHosts({ workDir: scratch });
  host = await hosts.add({ name: 'contested', init: 'none', signIn: { keys: [] } });
  before = host.files();
  place = new Place(host, false);
}, 300_000);

afterAll(async () => {
  await hosts?.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function remove(force = false): Promise<HostAnswer> {
  return (await place.order('uninstall', { type: 'uninstall', owner: null, force })).last;
}

/** What an upload made on its way, and no installation ever heard of. */
async function removeWay(): Promise<void> {
  await host.exec('cd && rmdir -p .local/share', { as: host.user });
}

test('of two workshops that install at once, one wins, and the other is told whose it is', async () => {
  const rivals = [OWNER, { id: 'workshop-2', name: 'Werkstatt' }];
  for (let round = 0; round < 3; round++) {
    const folders = place.upload();
    const ends = await Promise.allSettled(rivals.map((owner) => place.install(folders, owner)));
    const winners = rivals.filter((_, i) => ends[i]?.status === 'fulfilled');
    const { owner } = await place.status();
    expect(winners).toEqual([owner]);
    const [loser] = ends.filter((end) => end.status === 'rejected');
    expect(String(loser?.reason)).toMatch(/"(host_busy|owned_by_another)".*(Atelier|Werkstatt)/);
    expectType('uninstalled', await remove());
  }
  expect(differences(before, host.files())).toEqual([]);
});

test('an agent of another workshop stays as it is', async () => {
  const folders = place.upload();
  await place.install(folders);
  const keeper = place.running('keep');
  const other = { id: 'workshop-2', name: 'Werkstatt' };
  await expect(place.install(folders, other)).rejects.toThrow(
    /owned_by_another.*another workshop \(Atelier\)/,
  );
  const asked = { type: 'uninstall', owner: other, force: true };
  expect((await place.order('uninstall', asked)).last).toMatchObject({
    code: 'owned_by_another',
  });
  expect(place.running('keep')).toEqual(keeper);
  expect(await place.status()).toMatchObject({ owner: OWNER, running: true });
});

test('work that nobody else has is not removed unasked', async () => {
  await host.exec('mkdir -p ~/.local/share/koubou-agent/state/attempts/task-3.1', {
    as: host.user,
  });
  const keeper = place.running('keep');
  expect(await remove()).toMatchObject({
    type: 'error',
    code: 'work_kept',
    kept: [{ what: 'task-3.1' }],
  });
  expect(place.running('keep')).toEqual(keeper);
  const { left } = expectType('uninstalled', await remove(true));
  expect(left).toEqual({ files: [], processes: [], units: [] });
  expect(differences(before, host.files())).toEqual([]);
});

test('a build that is not whole, or failed here, is not installed', async () => {
  const folders = place.upload();
  await host.exec(`truncate -s -1 ${place.home}/versions/b1/koubou`);
  await expect(place.begin(folders)).rejects.toThrow('build_not_valid');
  place.upload();
  writeFileSync(place.at('refused.json'), JSON.stringify({ b1: 'it hung' }));
  await expect(place.begin(folders)).rejects.toThrow(/build_refused.*it hung/);
  expectType('uninstalled', await remove());
  await removeWay();
});

test('an agent that joined by hand runs as a service by hand', async () => {
  const home = `${host.home}/koubou`;
  const state = `${home}/state`;
  const config = { coordinator: 'https://127.0.0.1:9', agentId: 'atelier', name: 'Atelier' };
  const whole = { ...config, slots: 1, dir: state, local: false, identity: `${home}/identity` };
  const by = { as: host.user };
  await host.exec(`mkdir -p ${home}`, by);
  writeFileSync(path.join(host.root, home, 'config.json'), JSON.stringify(whole));
  chownSync(path.join(host.root, home, 'config.json'), UID, UID);
  copyFileSync(EXECUTABLE, path.join(host.root, 'usr/local/bin/koubou'));
  const service = async (verb: string): Promise<{ code: number; stdout: string }> =>
    await host.exec(`koubou agent service ${verb} --home ${home}`, by);

  expect((await host.exec('koubou agent service install', by)).stderr).toMatch(
    /no agent in .*koubou agent join/,
  );
  expect((await service('status')).code).toBe(1);
  const { code, stdout } = await service('install');
  expect(stdout).toMatch(/the agent runs as a service \(detached\).*\nnote: nothing on this host/);
  expect(code).toBe(0);
  const status = await service('status');
  expect(status.stdout).toMatch(/^detached: running/);
  expect(status.code).toBe(0);
  expect((await host.exec(`koubou agent keep --home ${home}`, by)).code).toBe(0);
  expect((await service('uninstall')).code).toBe(0);
  expect(host.processes().filter(({ command }) => command.includes(home))).toEqual([]);
  expect(readdirSync(path.join(host.root, home))).toContain('config.json');
  await host.exec(`rm -r ${home} /usr/local/bin/koubou`);
  expect(differences(before, host.files())).toEqual([]);
});

test('killed at any moment, a second try ends well', async () => {
  for (const seconds of [0.3, 0.6, 0.9, 1.2]) {
    const folders = place.upload();
    await place.killedAfter(seconds, 'install', place.installOrder(folders));
    const signed = sign(await place.begin(folders));
    await place.killedAfter(seconds, 'install', { type: 'certificate', owner: OWNER, ...signed });
    expectType('installed', await place.install(folders));
    expect((await place.status()).running).toBe(true);
    await place.killedAfter(seconds, 'uninstall', { type: 'uninstall', owner: OWNER });
    place.upload();
    expectType('uninstalled', await remove());
    await removeWay();
    expect(differences(before, host.files())).toEqual([]);
  }
});
