/**
 * Without a service manager: a small script that starts the keeper unless it runs, called by cron at every start of the
 * host and every minute, or (`detached`) only once, by us.
 */
import {
  keeperCommand,
  must,
  ServiceError,
  shellWord,
  type Machine,
  type Ran,
  type ServiceContext,
  type ServiceManager,
} from './service.ts';

/** How long the keeper and its agent have to go. */
const STOP_MS = 20_000;
const START_MS = 10_000;

export function cron(context: ServiceContext): ServiceManager {
  const { machine, user, home } = context;
  const lines = crontabLines(home.watch);
  return {
    ...watched(context),
    kind: 'cron',
    note: null,
    async install() {
      await machine.record({ kind: 'crontab', user: user.name });
      await machine.write(home.watch, watchScript(context), 0o755);
      await editCrontab(context, (table) => [...table, ...lines]);
    },
    async status() {
      const { out } = await readCrontab(context);
      const pid = await machine.keeper();
      const installed = out.split('\n').includes(lines[0] ?? '');
      return { installed, running: pid !== null, detail: pidText(pid) };
    },
    async uninstall() {
      // First the line, or cron starts it again.
      await editCrontab(context, (table) => table);
      await stopKeeper(machine);
      await machine.remove(home.watch);
    },
  };
}

export function detached(context: ServiceContext): ServiceManager {
  const { machine, home } = context;
  return {
    ...watched(context),
    kind: 'detached',
    note: 'nothing on this host starts the agent again when it was restarted: install cron, or let an administrator install the agent for the whole system',
    async install() {
      await machine.write(home.watch, watchScript(context), 0o755);
    },
    async status() {
      const pid = await machine.keeper();
      const installed = await machine.exists(home.watch);
      return { installed, running: pid !== null, detail: pidText(pid) };
    },
    async uninstall() {
      await stopKeeper(machine);
      await machine.remove(home.watch);
    },
  };
}

function watched({
  machine,
  home,
  user,
}: ServiceContext): Pick<ServiceManager, 'files' | 'start' | 'stop'> {
  return {
    files: () => [home.watch],
    async start() {
      await stopKeeper(machine);
      machine.launch('/bin/sh', [home.watch], user);
      const runs = async (): Promise<boolean> => (await machine.keeper()) !== null;
      if (!(await machine.until(runs, START_MS)))
        throw new ServiceError(`the agent does not start; try ${home.watch} by hand`);
    },
    stop: async () => await stopKeeper(machine),
  };
}

/** Pure. */
export function watchScript({ home, user }: ServiceContext): string {
  const command = keeperCommand(home).map(shellWord).join(' ');
  return `#!/bin/sh
# Starts the agent unless it runs. Called by cron.
cd ${shellWord(home.dir)} || exit 1
HOME=${shellWord(user.home)}
export HOME
exec </dev/null >/dev/null 2>&1
mkdir -p lock
# Started a second time the program ends by itself; this only spares it the start.
if flock --help 2>&1 | grep -q -e --close; then
  exec flock -n -o lock/watch ${command}
fi
exec ${command}
`;
}

/** Pure. @param script absolute path; a percent sign would end the command of a crontab line */
export function crontabLines(script: string): string[] {
  const command = shellWord(script).replaceAll('%', '\\%');
  return [`@reboot ${command}`, `* * * * * ${command}`];
}

/** The table without our lines, `change`d. What others wrote stays as it is, byte by byte. */
async function editCrontab(
  context: ServiceContext,
  change: (table: string[]) => string[],
): Promise<void> {
  const { machine, home } = context;
  const before = await readCrontab(context);
  const ours = new Set(crontabLines(home.watch));
  const text = before.code === 0 ? before.out : '';
  const lines = text.replace(/\n$/, '').split('\n');
  const others = text === '' ? [] : lines.filter((line) => !ours.has(line));
  const after = change(others);
  const who = crontabOf(context);
  if (after.length > 0) {
    await must(machine, 'crontab', [...who, '-'], { input: `${after.join('\n')}\n` });
  } else if (before.code === 0) {
    await must(machine, 'crontab', [...who, '-r']);
  }
}

/** @throws ServiceError when this user may have no table */
async function readCrontab(context: ServiceContext): Promise<Ran> {
  const ran = await context.machine.run('crontab', [...crontabOf(context), '-l']);
  if (ran.code === 0 || /no crontab/i.test(ran.out) || ran.out.trim() === '') return ran;
  throw new ServiceError(`cron does not take orders of this user: ${ran.out.trim().slice(0, 300)}`);
}

function crontabOf({ scope, user }: ServiceContext): string[] {
  return scope === 'system' ? ['-u', user.name] : [];
}

async function stopKeeper(machine: Machine): Promise<void> {
  const pid = await machine.keeper();
  if (pid === null) return;
  machine.signal(pid, 'SIGTERM');
  const gone = async (): Promise<boolean> => (await machine.keeper()) !== pid;
  if (await machine.until(gone, STOP_MS)) return;
  machine.signal(pid, 'SIGKILL');
  await machine.until(gone, START_MS);
}

function pidText(pid: number | null): string {
  return pid === null ? 'not running' : `process ${pid}`;
}
