/**
 * The service of an agent, on hosts with each kind: installed by orders as a coordinator gives them, started again after a
 * kill and a power failure, and removed without a trace. No coordinator answers here.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../faults/time.ts';
import { differences, expectType, OWNER, Place } from '../support/agent-home.ts';
import { openHosts, type Hosts } from '../support/hosts/hosts.ts';

let scratch: string;
let hosts: Hosts;

// The first run on a PC makes the hosts' file system.
beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-service-test-'));
  hosts = await openHosts({ workDir: scratch });
}, 300_000);

afterAll(async () => {
  await hosts?.close();
  rmSync(scratch, { recursive: true, force: true });
});

const KINDS = [
  { init: 'systemd', isSystem: true, service: 'systemd', stays: true },
  { init: 'systemd', isSystem: false, service: 'systemd_user', stays: true },
  { init: 'openrc', isSystem: true, service: 'openrc', stays: true },
  { init: 'runit', isSystem: true, service: 'runit', stays: true },
  { init: 'cron', isSystem: false, service: 'cron', stays: true },
  { init: 'none', isSystem: false, service: 'detached', stays: false },
] as const;

/** A watchdog of cron looks once a minute. */
const AGAIN_MS = 90_000;

test.concurrent.for(KINDS)(
  'on a host with $init, a service ($service) keeps an agent running, and goes without a trace',
  { timeout: 240_000 },
  async ({ init, isSystem, service, stays }) => {
    const host = await hosts.add({
      name: `${init}-${service}`.replace('_', '-'),
      init,
      signIn: { keys: [] },
    });
    try {
      // Whoever makes users writes these tables in their own way.
      await host.exec('useradd somebody && userdel somebody');
      const before = host.files();
      const place = new Place(host, isSystem);
      const folders = place.upload();

      const installed = await place.install(folders);
      expect(installed).toMatchObject({ service, build: 'b1', changed: true });
      expect(await place.status()).toMatchObject({ owner: OWNER, running: true, installed: true });
      const isUp = (): boolean =>
        place.running('keep').length === 1 && place.running('run').length === 1;
      expect(await until(isUp, AGAIN_MS)).toBe(true);

      // Nothing happens the second time.
      const [keeper] = place.running('keep');
      expect(await place.install()).toMatchObject({ service, changed: false });
      expect(place.running('keep')).toEqual([keeper]);

      await place.kill('run');
      expect(await until(isUp, AGAIN_MS)).toBe(true);
      await place.kill('keep');
      const isAnother = (): boolean => isUp() && place.running('keep')[0] !== keeper;
      expect(await until(isAnother, stays ? AGAIN_MS : 3_000)).toBe(stays);

      await host.crash();
      await host.boot();
      expect(await until(isUp, stays ? AGAIN_MS : 3_000)).toBe(stays);

      const { last } = await place.order('uninstall', { type: 'uninstall', owner: OWNER });
      expect(expectType('uninstalled', last).left).toEqual({ files: [], processes: [], units: [] });
      expect(place.running('')).toEqual([]);
      expect(differences(before, host.files())).toEqual([]);
    } finally {
      await host.close();
    }
  },
);

test('a restart of the service lets attempts run on, and an uninstallation ends them', async () => {
  const host = await hosts.add({ name: 'restarted', init: 'systemd', signIn: { keys: [] } });
  try {
    const place = new Place(host, true);
    const folders = place.upload();
    await place.install(folders);
    const ask = "printf 'GET /health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3; cat <&3";
    const health = async (): Promise<string> =>
      (await host.exec(`bash -c "exec 3<>/dev/tcp/127.0.0.1/8081; ${ask}"`)).stdout;
    expect(await until(async () => (await health()).includes('"connected":false'), AGAIN_MS)).toBe(
      true,
    );

    // A process of a session of its own, started by the agent: as a supervisor is.
    const unit = '/usr/bin/systemctl show -p ControlGroup --value koubou-agent';
    const follow = `setsid tail ${place.home}/config.json -f >/dev/null 2>&1 </dev/null &`;
    const join =
      'for c in /sys/fs/cgroup /sys/fs/cgroup/*; do echo $$ > $c$group/cgroup.procs; done';
    await host.exec(`group=$(${unit}); { ${join}; } 2>/dev/null; ${follow}`);
    const attempt = (): string[] =>
      host
        .processes()
        .flatMap(({ pid, command }) => (command.startsWith('tail ') ? [`${pid}`] : []));
    expect(await until(() => attempt().length === 1, AGAIN_MS)).toBe(true);
    const { stdout } = await host.exec('systemctl status koubou-agent');
    expect(stdout).toContain(' tail ');

    const before = [...place.running('keep'), ...attempt()];
    expect((await host.exec('systemctl restart koubou-agent')).code).toBe(0);
    expect(await until(() => place.running('run').length === 1, AGAIN_MS)).toBe(true);
    const [keeper, ...rest] = [...place.running('keep'), ...attempt()];
    expect(keeper).not.toBe(before[0]);
    expect(rest).toEqual(before.slice(1));

    const { last } = await place.order('uninstall', { type: 'uninstall', owner: OWNER });
    expect(expectType('uninstalled', last).left.processes).toEqual([]);
    expect(attempt()).toEqual([]);
  } finally {
    await host.close();
  }
});
