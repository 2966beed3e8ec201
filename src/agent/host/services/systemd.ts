/** systemd: a unit of the machine, or one of a user who may have services run when nobody is signed in (linger). */
import path from 'node:path';
import {
  keeperCommand,
  must,
  ServiceError,
  type ServiceContext,
  type ServiceManager,
  type ServiceStatus,
} from './service.ts';

/** A unit of the whole machine, under a user of its own, with as little of the machine as an agent needs. */
export function systemdSystem(context: ServiceContext): ServiceManager {
  const { machine, name } = context;
  const file = `/etc/systemd/system/${name}.service`;
  const systemctl = async (...args: string[]): Promise<string> =>
    await must(machine, 'systemctl', args);
  const files = [file, `/etc/systemd/system/multi-user.target.wants/${name}.service`];
  return {
    kind: 'systemd',
    note: null,
    files: () => files,
    async install() {
      for (const made of files) await machine.record({ kind: 'path', path: made });
      await machine.write(file, systemUnit(context), 0o644);
      await systemctl('daemon-reload');
      await systemctl('enable', `${name}.service`);
    },
    start: async () => void (await systemctl('restart', `${name}.service`)),
    stop: async () => void (await systemctl('stop', `${name}.service`)),
    status: async () => statusOf(context, []),
    async uninstall() {
      if (await machine.exists(file)) await systemctl('disable', '--now', `${name}.service`);
      for (const made of files) await machine.remove(made);
      await systemctl('daemon-reload');
      // It may have failed before; systemd keeps that until somebody looked.
      await machine.run('systemctl', ['reset-failed', `${name}.service`]);
    },
  };
}

/** @param lingers whether it must run without a login; then it is an error when the system does not allow that */
export function systemdUser(context: ServiceContext, lingers: boolean): ServiceManager {
  const { machine, name, user } = context;
  const folder = path.join(user.home, '.config/systemd/user');
  const file = path.join(folder, `${name}.service`);
  const wants = path.join(folder, 'default.target.wants');
  const env = sessionOf(user.uid);
  const systemctl = async (...args: string[]): Promise<string> =>
    await must(machine, 'systemctl', ['--user', ...args], { env });
  const files = [file, path.join(wants, `${name}.service`)];
  return {
    kind: lingers ? 'systemd_user' : 'systemd_session',
    note: lingers
      ? null
      : `the agent ends when ${user.name} signs out; to let it run always, have an administrator run: sudo loginctl enable-linger ${user.name}`,
    files: () => files,
    async install() {
      await reachManager(context, lingers);
      for (const each of parentsOf(wants, user.home)) {
        if (!(await machine.exists(each))) await machine.record({ kind: 'folder', path: each });
      }
      for (const made of files) await machine.record({ kind: 'path', path: made });
      await machine.write(file, userUnit(context), 0o644);
      await systemctl('daemon-reload');
      await systemctl('enable', `${name}.service`);
    },
    start: async () => void (await systemctl('restart', `${name}.service`)),
    stop: async () => void (await systemctl('stop', `${name}.service`)),
    status: async () => await statusOf(context, ['--user']),
    async uninstall() {
      const isThere = await machine.exists(file);
      if (isThere) await systemctl('disable', '--now', `${name}.service`);
      for (const made of files) await machine.remove(made);
      if (!isThere) return;
      await systemctl('daemon-reload');
      await machine.run('systemctl', ['--user', 'reset-failed', `${name}.service`], { env });
    },
  };
}

/** Pure. */
export function systemUnit({ home, user }: ServiceContext): string {
  const inHomes = /^\/(home|root|run\/user)\//.test(home.dir);
  return unit(home, 'multi-user.target', [
    `User=${user.name}`,
    // Attempts outlive a restart of the service. A /tmp of the service's own (PrivateTmp) would be taken away under them.
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    `ReadWritePaths=${word(home.dir)} /tmp /var/tmp`,
    ...(inHomes ? [] : ['ProtectHome=yes']),
    'ProtectKernelTunables=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelLogs=yes',
    'ProtectClock=yes',
    'RestrictRealtime=yes',
  ]);
}

/** Pure. What hardens a unit needs rights that the systemd of a user often does not have. */
export function userUnit({ home }: ServiceContext): string {
  return unit(home, 'default.target', []);
}

function unit(home: ServiceContext['home'], target: string, more: readonly string[]): string {
  const [program, ...args] = keeperCommand(home);
  return `${[
    '[Unit]',
    'Description=Koubou agent',
    ...(target === 'multi-user.target'
      ? ['Wants=network-online.target', 'After=network-online.target']
      : []),
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    `ExecStart=${[program, ...args].map(word).join(' ')}`,
    `WorkingDirectory=${home.dir.replaceAll('%', '%%')}`,
    'Restart=always',
    'RestartSec=1',
    '# Attempts have processes of their own, which a restart of the service must not end.',
    'KillMode=process',
    'TimeoutStopSec=20',
    '# A control group per attempt.',
    'Delegate=yes',
    ...more,
    '',
    '[Install]',
    `WantedBy=${target}`,
  ].join('\n')}\n`;
}

/** As systemd reads a word of a command line or a list. A home has none of the characters that it would refuse. */
function word(text: string): string {
  const escaped = text.replaceAll('%', '%%');
  return /^[\w@:,./%-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

function sessionOf(uid: number): Record<string, string> {
  const dir = `/run/user/${uid}`;
  return { XDG_RUNTIME_DIR: dir, DBUS_SESSION_BUS_ADDRESS: `unix:path=${dir}/bus` };
}

/** How long the systemd of a user takes to start. */
const MANAGER_MS = 10_000;

/** @throws ServiceError when the user's systemd cannot be spoken to, or ends with the login though it must not */
async function reachManager({ machine, user }: ServiceContext, lingers: boolean): Promise<void> {
  if (lingers) await allowLinger(machine, user.name);
  const env = sessionOf(user.uid);
  const answers = async (): Promise<boolean> =>
    (await machine.run('systemctl', ['--user', 'show-environment'], { env })).code === 0;
  if (await machine.until(answers, lingers ? MANAGER_MS : 0)) return;
  throw new ServiceError(`the systemd of ${user.name} does not answer`);
}

async function allowLinger(machine: ServiceContext['machine'], user: string): Promise<void> {
  const mark = `/var/lib/systemd/linger/${user}`;
  if (await machine.exists(mark)) return;
  await machine.record({ kind: 'linger', user });
  await must(machine, 'loginctl', ['--no-ask-password', 'enable-linger', user]);
}

async function statusOf(
  { machine, name, user }: ServiceContext,
  which: readonly string[],
): Promise<ServiceStatus> {
  const properties = 'LoadState,ActiveState,SubState';
  const { code, out } = await machine.run(
    'systemctl',
    [...which, 'show', '-p', properties, `${name}.service`],
    which.length > 0 ? { env: sessionOf(user.uid) } : {},
  );
  const said = new Map(out.split('\n').map((line) => splitOnce(line, '=')));
  return {
    installed: code === 0 && said.get('LoadState') === 'loaded',
    running: code === 0 && said.get('ActiveState') === 'active',
    detail:
      code === 0
        ? `${said.get('ActiveState') ?? ''} (${said.get('SubState') ?? ''})`
        : out.trim().slice(0, 500),
  };
}

function splitOnce(line: string, at: string): [string, string] {
  const i = line.indexOf(at);
  return i < 0 ? [line, ''] : [line.slice(0, i), line.slice(i + at.length).trim()];
}

/** The folders from below `top` down to `folder`. */
function parentsOf(folder: string, top: string): string[] {
  const found: string[] = [];
  for (let at = folder; at.startsWith(`${top}/`); at = path.dirname(at)) found.unshift(at);
  return found;
}
