/** A host that is played back, for tests of services: files in memory, answers to commands as they were recorded or written by hand. */
import { homeAt, type Scope } from '../host/home.ts';
import type { Machine, Made, Ran, ServiceContext } from '../host/services/service.ts';

export interface ScriptedMachine extends Machine {
  readonly files: Map<string, string>;
  /** Every command, as one line; what was given on its input below it. */
  readonly commands: string[];
  readonly made: Made[];
}

/** @param answer to a command line; `null`: it works and says nothing */
export function scriptedMachine(
  answer: (line: string, input: string) => Partial<Ran> | null,
): ScriptedMachine {
  const files = new Map<string, string>();
  const commands: string[] = [];
  const made: Made[] = [];
  return {
    files,
    commands,
    made,
    async run(command, args, { input = '' } = {}) {
      const line = [command, ...args].join(' ');
      commands.push(input === '' ? line : `${line}\n${input}`);
      return await Promise.resolve({ code: 0, out: '', ...answer(line, input) });
    },
    async write(file, text) {
      files.set(file, text);
      await Promise.resolve();
    },
    async link(target, place) {
      files.set(place, `-> ${target}`);
      await Promise.resolve();
    },
    async remove(place) {
      for (const file of files.keys())
        if (file === place || file.startsWith(`${place}/`)) files.delete(file);
      await Promise.resolve();
    },
    exists: async (place) =>
      await Promise.resolve(
        [...files.keys()].some((file) => file === place || file.startsWith(`${place}/`)),
      ),
    launch(command, args) {
      commands.push(`launch ${[command, ...args].join(' ')}`);
    },
    async record(one) {
      made.push(one);
      await Promise.resolve();
    },
    until: async (look) => await look(),
    keeper: async () => await Promise.resolve(null),
    signal(pid, name) {
      commands.push(`signal ${pid} ${name}`);
    },
  };
}

/** Homes as in the tests' golden texts. */
export const SYSTEM_HOME = '/opt/koubou-agent';
export const USER_HOME = '/home/aya/.local/share/koubou-agent';

/** The service of a home there, for a user aya or for the whole machine. */
export function contextFor(
  scope: Scope,
  dir: string,
  machine: ScriptedMachine = scriptedMachine(() => null),
): ServiceContext & { machine: ScriptedMachine } {
  const home = homeAt(dir);
  const name = 'koubou-agent';
  const user =
    scope === 'system'
      ? { name, uid: 998, gid: 998, home: dir }
      : { name: 'aya', uid: 1000, gid: 1000, home: '/home/aya' };
  return { home, scope, name, user, machine };
}
