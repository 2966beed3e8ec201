/**
 * Services on hosts that are played back: which kind is chosen, which commands are run in which order. The
 * POSIX ones run for real in `test/cluster/service.test.ts`; launchd and Windows were never tried on a real machine.
 */
import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  contextFor,
  scriptedMachine,
  SYSTEM_HOME,
  USER_HOME,
  type ScriptedMachine,
} from '../../testing/scripted-machine.ts';
import { homeAt, type Scope } from '../home.ts';
import { kindsFor, type Facts } from './choose.ts';
import { launchd } from './launchd.ts';
import { serviceName, shellWord } from './service.ts';
import { systemdUser } from './systemd.ts';
import { cron, crontabLines } from './watch.ts';
import { windowsTask } from './windows.ts';

const NOTHING = { platform: 'linux', systemd: false, openrc: false, runit: null, cron: false };

describe('the kind of service', () => {
  test.for<[string, Partial<Facts>, Scope, string[]]>([
    ['systemd, root', { systemd: true, cron: true }, 'system', ['systemd', 'cron', 'detached']],
    [
      'systemd, a user',
      { systemd: true, cron: true },
      'user',
      ['systemd_user', 'cron', 'systemd_session', 'detached'],
    ],
    ['OpenRC, root', { openrc: true, cron: true }, 'system', ['openrc', 'cron', 'detached']],
    ['OpenRC, a user', { openrc: true, cron: true }, 'user', ['cron', 'detached']],
    ['runit, root', { runit: '/etc/service' }, 'system', ['runit', 'detached']],
    ['cron only', { cron: true }, 'user', ['cron', 'detached']],
    ['nothing', {}, 'user', ['detached']],
    ['a Mac', { platform: 'darwin' }, 'user', ['launchd']],
    ['Windows', { platform: 'win32' }, 'system', ['windows_task']],
  ])('%s', ([, facts, scope, kinds]) => {
    expect(kindsFor({ ...NOTHING, ...facts }, scope)).toEqual(kinds);
  });
});

test('a name of its own for every home but the usual ones', () => {
  expect(serviceName(homeAt(SYSTEM_HOME), 'system')).toBe('koubou-agent');
  expect(serviceName(homeAt(SYSTEM_HOME), 'user')).toMatch(/^koubou-agent-[0-9a-f]{8}$/);
  expect(serviceName(homeAt('/srv/a'), 'user')).not.toBe(serviceName(homeAt('/srv/b'), 'user'));
});

describe('cron', () => {
  /** A crontab as the program of that name keeps it. */
  function cronHost(table: { text: string | null }): ScriptedMachine {
    return scriptedMachine((line, input) => {
      if (line === 'crontab -l')
        return table.text === null ? { code: 1, out: 'no crontab for aya\n' } : { out: table.text };
      if (line === 'crontab -') table.text = input;
      if (line === 'crontab -r') table.text = null;
      return null;
    });
  }

  test('what others have in the table stays, byte by byte, however often it is installed', async () => {
    const lines = fc.array(fc.stringMatching(/^[ -~]{0,30}$/), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 3 }), async (others, times) => {
        const before = others.length === 0 ? null : `${others.join('\n')}\n`;
        const table = { text: before };
        const service = cron(contextFor('user', USER_HOME, cronHost(table)));
        for (let i = 0; i < times; i++) await service.install();
        const ours = crontabLines(`${USER_HOME}/watch.sh`);
        expect(table.text).toBe(`${[...others, ...ours].join('\n')}\n`);
        expect(await service.status()).toMatchObject({ installed: true, running: false });
        await service.uninstall();
        expect(table.text).toBe(before);
      }),
    );
  });

  test('a user who may have no table is told so', async () => {
    const out = 'You (aya) are not allowed to use this program (crontab)\n';
    const machine = scriptedMachine((line) => (line === 'crontab -l' ? { code: 1, out } : null));
    await expect(cron(contextFor('user', USER_HOME, machine)).install()).rejects.toThrow(
      'cron does not take orders of this user: You (aya) are not allowed',
    );
  });
});

describe('systemd of a user', () => {
  test('who may not have services without a login is told what to do', async () => {
    const denied = { code: 1, out: 'Could not enable linger: Access denied\n' };
    const machine = scriptedMachine((line) => (line.includes('enable-linger') ? denied : null));
    const context = contextFor('user', USER_HOME, machine);
    await expect(systemdUser(context, true).install()).rejects.toThrow('Access denied');
    expect(machine.files.size).toBe(0);
    const session = systemdUser(context, false);
    await session.install();
    expect(session.note).toContain('sudo loginctl enable-linger aya');
  });

  test('everything is noted before it is made', async () => {
    const machine = scriptedMachine(() => null);
    await systemdUser(contextFor('user', USER_HOME, machine), true).install();
    expect(machine.made).toEqual([
      { kind: 'linger', user: 'aya' },
      { kind: 'folder', path: '/home/aya/.config' },
      { kind: 'folder', path: '/home/aya/.config/systemd' },
      { kind: 'folder', path: '/home/aya/.config/systemd/user' },
      { kind: 'folder', path: '/home/aya/.config/systemd/user/default.target.wants' },
      { kind: 'path', path: '/home/aya/.config/systemd/user/koubou-agent.service' },
      {
        kind: 'path',
        path: '/home/aya/.config/systemd/user/default.target.wants/koubou-agent.service',
      },
    ]);
  });
});

describe('launchd, simulated', () => {
  test('is told in this order', async () => {
    const printed = '\tstate = running\n\tpid = 42\n';
    const machine = scriptedMachine((line) =>
      line.startsWith('launchctl print') ? { out: printed } : null,
    );
    const service = launchd(contextFor('user', USER_HOME, machine));
    await service.install();
    await service.start();
    expect(await service.status()).toEqual({ installed: true, running: true, detail: 'running' });
    await service.uninstall();
    expect(machine.files.size).toBe(0);
    expect(machine.commands).toEqual([
      'launchctl bootout user/1000/dev.koubou.koubou-agent',
      'launchctl enable user/1000/dev.koubou.koubou-agent',
      'launchctl bootstrap user/1000 /home/aya/Library/LaunchAgents/dev.koubou.koubou-agent.plist',
      'launchctl print user/1000/dev.koubou.koubou-agent',
      'launchctl bootout user/1000/dev.koubou.koubou-agent',
    ]);
  });

  test('an answer of no use is an error that says it', async () => {
    const machine = scriptedMachine((line) =>
      line.includes('bootstrap')
        ? { code: 5, out: 'Bootstrap failed: 5: Input/output error' }
        : null,
    );
    await expect(launchd(contextFor('user', USER_HOME, machine)).start()).rejects.toThrow(
      'failed (5): Bootstrap failed: 5: Input/output error',
    );
  });
});

test('the Windows task scheduler, simulated, is told in this order', async () => {
  const listed =
    'Folder: \\\r\nHostName:      PC\r\nTaskName:      \\koubou-agent\r\nStatus:        Running\r\n';
  const machine = scriptedMachine((line) => (line.includes('/Query') ? { out: listed } : null));
  const service = windowsTask(contextFor('user', String.raw`C:\koubou`, machine));
  await service.install();
  await service.start();
  expect(await service.status()).toEqual({ installed: true, running: true, detail: 'Running' });
  await service.uninstall();
  expect(machine.files.size).toBe(0);
  expect(machine.commands).toEqual([
    String.raw`schtasks /Create /TN koubou-agent /XML C:\koubou\task.xml /F`,
    'schtasks /End /TN koubou-agent',
    'schtasks /Run /TN koubou-agent',
    'schtasks /Query /TN koubou-agent /FO LIST',
    'schtasks /End /TN koubou-agent',
    'schtasks /Query /TN koubou-agent',
    'schtasks /Delete /TN koubou-agent /F',
  ]);
});

test('the Windows task scheduler, simulated, that refuses a task without a session gets one with it', async () => {
  const machine = scriptedMachine((line) =>
    line.includes('/Create') && machine.files.get(DEFINITION)?.includes('S4U') === true
      ? { code: 1, out: 'ERROR: Access is denied.' }
      : null,
  );
  const service = windowsTask(contextFor('user', String.raw`C:\koubou`, machine));
  expect(service.note).toBeNull();
  await service.install();
  expect(service.note).toContain('when its user signs in');
  expect(machine.files.get(DEFINITION)).toContain('<LogonType>InteractiveToken</LogonType>');
});

const DEFINITION = String.raw`C:\koubou\task.xml`;

test('any text is one word for sh', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[^\0\r]{1,40}$/), (text) => {
      const said = execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`]);
      expect(said.toString()).toBe(Buffer.from(text).toString());
    }),
    { numRuns: 30 },
  );
});
