/** A test host that is an agent of a workshop: the built program and the real engines on a disk of its own, joined by invitation. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Host } from '../hosts/host.ts';
import { namespacesOf, processesIn } from '../hosts/processes.ts';
import { runTool } from '../hosts/network.ts';
import type { ProvisioningWorkshop } from '../provisioning.ts';
import { ROOT, untilAgent } from '../workshop.ts';

export interface AgentHost {
  readonly host: Host;
  /** The agent's folder, as the host names it. */
  readonly home: string;
  /** Its door to the coordinator. */
  readonly door: string;
  /** Where what runs there can write, from here, and how the host names each. */
  disks(): { readonly name: string; readonly dir: string }[];
  /** A file of the host, also of what it keeps in memory, from here. */
  at(file: string): string;
  /** Runs a shell command as the agent's user, with the programs on its path. */
  run(command: string, input?: string): ReturnType<Host['exec']>;
}

/** Where programs are, which only root may change. */
export const PROGRAMS = '/opt/koubou';
const USER = 'agent';

/** Resolves when it is connected. @param extra lines of environment for the agent */
export async function startAgentHost(
  workshop: ProvisioningWorkshop,
  host: Host,
): Promise<AgentHost> {
  // What started the host is in some of its namespaces as well, and sees our files.
  const own = host.namespaces();
  const isInside = (pid: number): boolean => namespacesOf(pid).join() === own.join();
  const first = processesIn(own).find(isInside) ?? 0;
  await placePrograms(host, first, workshop.program);
  const home = `${host.home}/agent`;
  const at = (file: string): string => path.join(`/proc/${first}/root`, file);
  const run: AgentHost['run'] = (command, input = '') =>
    host.exec(`export PATH=${PROGRAMS}/node_modules/.bin:$PATH; ${command}`, { as: USER, input });
  const { url: door, token } = await workshop.call('invitations.create', { name: 'mill' });
  const koubou = `node ${PROGRAMS}/dist/koubou.cjs`;
  const joined = await run(`${koubou} agent join ${door} --token ${token} --home ${home}`);
  if (joined.code !== 0) throw new Error(`it did not join: ${joined.stdout}${joined.stderr}`);
  await run(
    `node -e 'const fs = require("fs"), f = "${home}/config.json"; fs.writeFileSync(f, JSON.stringify({ ...JSON.parse(fs.readFileSync(f)), slots: 2, api: { port: 8081 } }))'`,
  );
  // It ends with the host.
  void run(`exec ${koubou} agent run --config ${home}/config.json >${home}/agent.log 2>&1`);
  await untilAgent(workshop, 'mill');
  return {
    ...{ host, home, door, at, run },
    disks: () =>
      ['/home', '/tmp', '/var', '/run', '/dev/shm', '/root', '/etc', '/srv', '/mnt']
        .map((name) => ({ name, dir: at(name) }))
        .filter(({ dir }) => existsSync(dir)),
  };
}

/** The program as a copy, without what starts it faster, the packages and engines beside it as they are here. */
async function placePrograms(host: Host, first: number, program: string): Promise<void> {
  mkdirSync(path.join(host.root, PROGRAMS, 'dist'), { recursive: true });
  const packages = path.join(host.root, PROGRAMS, 'node_modules');
  mkdirSync(packages);
  const whole = path.join(path.dirname(program), 'koubou.cjs');
  copyFileSync(whole, path.join(host.root, PROGRAMS, 'dist/koubou.cjs'));
  // As the host's own mounts name its root.
  const place = packages.replace(/^\/proc\/\d+\/root/, '');
  const mount = ['nsenter', '--target', String(first), '--mount', 'mount', '--bind'];
  await runTool([...mount, path.join(ROOT, 'node_modules'), place]);
  await runTool([...mount, '-o', 'remount,ro', place]);
}
