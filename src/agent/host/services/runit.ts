/** runit: a service folder, linked to where `runsvdir` looks. */
import path from 'node:path';
import {
  keeperCommand,
  must,
  ServiceError,
  shellWord,
  type ServiceContext,
  type ServiceManager,
} from './service.ts';

/** `runsvdir` looks every 5 s. */
const FOUND_MS = 12_000;

/** @param services the folder that `runsvdir` watches */
export function runit(context: ServiceContext, services: string): ServiceManager {
  const { machine, name } = context;
  const folder = `/etc/sv/${name}`;
  const link = path.join(services, name);
  const files = [link, folder];
  return {
    kind: 'runit',
    note: null,
    files: () => files,
    async install() {
      if (!(await machine.exists('/etc/sv')))
        await machine.record({ kind: 'folder', path: '/etc/sv' });
      for (const made of files) await machine.record({ kind: 'path', path: made });
      await machine.write(path.join(folder, 'run'), runScript(context), 0o755);
      await machine.link(folder, link);
    },
    async start() {
      const found = async (): Promise<boolean> =>
        (await machine.run('sv', ['status', link])).code === 0;
      if (!(await machine.until(found, FOUND_MS)))
        throw new ServiceError(
          `runit does not take the service up; is runsvdir running on ${services}?`,
        );
      await must(machine, 'sv', ['-w', '20', 'restart', link]);
    },
    stop: async () => void (await must(machine, 'sv', ['-w', '20', 'down', link])),
    async status() {
      const { code, out } = await machine.run('sv', ['status', link]);
      const installed = await machine.exists(folder);
      const running = installed && code === 0 && out.startsWith('run:');
      return { installed, running, detail: out.trim().slice(0, 500) };
    },
    async uninstall() {
      if (await machine.exists(folder)) {
        await machine.run('sv', ['-w', '20', 'down', link]);
        await machine.remove(link);
        // Its own supervisor ends when it is told; before, the folder would be made again.
        await machine.run('sv', ['exit', folder]);
        const ended = async (): Promise<boolean> =>
          (await machine.run('sv', ['status', folder])).code !== 0;
        await machine.until(ended, FOUND_MS);
      }
      for (const made of files) await machine.remove(made);
    },
  };
}

/** Pure. */
export function runScript({ home, user }: ServiceContext): string {
  const command = keeperCommand(home).map(shellWord).join(' ');
  return `#!/bin/sh
cd ${shellWord(home.dir)} || exit 1
exec >/dev/null 2>&1
exec chpst -u ${shellWord(user.name)} env HOME=${shellWord(user.home)} USER=${shellWord(user.name)} ${command}
`;
}
