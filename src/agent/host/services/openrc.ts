/** OpenRC: an init script of the machine under its own supervisor. */
import {
  keeperCommand,
  must,
  shellWord,
  type ServiceContext,
  type ServiceManager,
} from './service.ts';

export function openrc(context: ServiceContext): ServiceManager {
  const { machine, name } = context;
  const file = `/etc/init.d/${name}`;
  const files = [file, `/etc/runlevels/default/${name}`];
  return {
    kind: 'openrc',
    note: null,
    files: () => files,
    async install() {
      for (const made of files) await machine.record({ kind: 'path', path: made });
      const isOld = await machine.exists('/sbin/openrc-run');
      const interpreter = isOld ? '/sbin/openrc-run' : '/usr/sbin/openrc-run';
      await machine.write(file, openrcScript(context, interpreter), 0o755);
      await must(machine, 'rc-update', ['add', name, 'default']);
    },
    start: async () => void (await must(machine, 'rc-service', [name, 'restart'])),
    stop: async () => void (await must(machine, 'rc-service', [name, 'stop'])),
    async status() {
      const { code, out } = await machine.run('rc-service', [name, 'status']);
      const installed = await machine.exists(file);
      return { installed, running: installed && code === 0, detail: out.trim().slice(0, 500) };
    },
    async uninstall() {
      if (await machine.exists(file)) {
        await must(machine, 'rc-service', ['--ifstarted', name, 'stop']);
        await must(machine, 'rc-update', ['del', name, 'default']);
      }
      for (const made of files) await machine.remove(made);
    },
  };
}

/** Pure. @param interpreter where this system has `openrc-run` */
export function openrcScript({ home, user }: ServiceContext, interpreter: string): string {
  const [program, ...args] = keeperCommand(home);
  return `#!${interpreter}
description="Koubou agent"
supervisor=supervise-daemon
command=${shellWord(program)}
command_args=${shellWord(args.map(shellWord).join(' '))}
command_user=${shellWord(user.name)}
directory=${shellWord(home.dir)}
respawn_delay=1
respawn_max=0
retry="SIGTERM/20"
export HOME=${shellWord(user.home)}

depend() {
\tafter localmount net
}
`;
}
