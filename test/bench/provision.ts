/**
 * From the click on "Add" to the agent's first sign of life, against `scp` of the same bytes and an `ssh` that unpacks and starts them,
 * on the same test host in the same run; ten hosts at once against one; and a thousand agents on one coordinator.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Host } from '../support/hosts/host.ts';
import { openHosts, type Hosts } from '../support/hosts/hosts.ts';
import {
  makeUserKey,
  startProvisioningWorkshop,
  targetOf,
  told,
  TRUSTING,
  type ProvisioningWorkshop,
} from '../support/provisioning.ts';
import { ROOT } from '../support/workshop.ts';
import { benchManyAgents } from './many-agents.ts';
import { percentile, row, type Print } from './measure.ts';
import { watchEvents } from './watcher.ts';

const EXECUTABLES = process.env['KOUBOU_EXECUTABLES'] ?? path.join(ROOT, 'dist/executables');
const PACKED = path.join(EXECUTABLES, `linux-${process.arch}/koubou.gz`);
const ROUNDS = 3;
const MANY = 10;

export async function benchProvision(print: Print): Promise<void> {
  print('A PC becomes an agent');
  if (!existsSync(PACKED)) throw new Error('run "npm run build:koubou" first');
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-provision-'));
  try {
    const { file, publicKey } = await makeUserKey(path.join(scratch, 'user'));
    const hosts = await openHosts({ workDir: scratch });
    try {
      const workshop = await startProvisioningWorkshop({
        hosts,
        dir: path.join(scratch, 'w'),
        key: file,
      });
      try {
        const add = (name: string): Promise<Host> =>
          hosts.add({ name, init: 'none', signIn: { keys: [publicKey] } });
        const one = await measureOne(print, { hosts, workshop, key: file, scratch, add });
        await measureMany(print, workshop, add, one);
      } finally {
        await workshop.close();
      }
    } finally {
      await hosts.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  await benchManyAgents(print);
}

interface Place {
  readonly hosts: Hosts;
  readonly workshop: ProvisioningWorkshop;
  readonly key: string;
  readonly scratch: string;
  readonly add: (name: string) => Promise<Host>;
}

/** @returns ms of a cold one */
async function measureOne(print: Print, place: Place): Promise<number> {
  const samples = { scp: [] as number[], cold: [] as number[], again: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const host = await place.add(`one-${round}`);
    samples.scp.push(await byScp(place, host));
    samples.cold.push(await addAll(place.workshop, [host]));
    samples.again.push(await addAll(place.workshop, [host]));
    await host.close();
  }
  const [scp, cold, again] = [samples.scp, samples.cold, samples.again].map((ms) =>
    percentile(ms, 0.5),
  );
  if (scp === undefined || cold === undefined || again === undefined) throw new Error('no samples');
  print(row('scp of the same bytes, ssh that unpacks and starts, median', seconds(scp), ''));
  const factor = `${seconds(cold)} = ${(cold / scp).toFixed(2)}×`;
  print(row('click → first sign of life, cold', factor, '≤ 1.3×'));
  print(row('the same when the version is there already', seconds(again), '≤ 3 s'));
  return cold;
}

async function measureMany(
  print: Print,
  workshop: ProvisioningWorkshop,
  add: Place['add'],
  one: number,
): Promise<void> {
  const names = Array.from({ length: MANY }, (_, n) => `many-${n}`);
  const many = await Promise.all(names.map(add));
  const ms = await addAll(workshop, many);
  print(
    row(
      `${MANY} hosts at once, until the last one`,
      `${seconds(ms)} = ${(ms / one).toFixed(2)}×`,
      '≤ 3× one',
    ),
  );
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

/** @returns ms from the call until the last of them is connected */
async function addAll(workshop: ProvisioningWorkshop, hosts: readonly Host[]): Promise<number> {
  const watcher = await watchEvents(workshop);
  const connected = { count: 0, at: 0 };
  const began = performance.now();
  const first = watcher
    .seen(({ event }) => event.type === 'agent.connected', hosts.length)
    .then(() => (connected.at = performance.now()));
  const ended = workshop.add(
    hosts.map((host) => ({ target: targetOf(host) })),
    TRUSTING,
  );
  const isThere = hosts.length === 1 && (await isConnected(workshop, hosts));
  // One that runs already does not connect anew: then the end of the step counts.
  const all = await ended;
  const bad = all.find(({ state }) => state !== 'done');
  if (bad) throw new Error(told(bad));
  watcher.close();
  if (!isThere) {
    await first;
    return connected.at - began;
  }
  const steps = all[0]?.steps ?? [];
  const last = steps.find(({ name }) => name === 'start');
  const start = Math.min(...steps.flatMap(({ startedAt }) => startedAt ?? []));
  return (last?.startedAt ?? 0) + (last?.ms ?? 0) - start;
}

async function isConnected(
  workshop: ProvisioningWorkshop,
  hosts: readonly Host[],
): Promise<boolean> {
  const { agents } = await workshop.call('agents.list', {});
  return hosts.some(({ name }) =>
    agents.some(({ agent }) => agent.name === name && agent.connected),
  );
}

/** As a person would do it by hand, with a connection for each of the two. */
async function byScp({ hosts, key, scratch }: Place, host: Host): Promise<number> {
  const known = path.join(scratch, `known_${host.name}`);
  writeFileSync(
    known,
    host
      .hostKeys()
      .map((line) => `${host.address} ${line}\n`)
      .join(''),
  );
  const options = [
    '-q',
    '-F',
    'none',
    '-i',
    key,
    '-o',
    `UserKnownHostsFile=${known}`,
    '-o',
    'BatchMode=yes',
  ];
  const start =
    'cd /tmp && gunzip -f koubou.gz && chmod +x koubou && ./koubou version --json >/dev/null && rm koubou';
  const began = performance.now();
  await hosts.exec(['scp', ...options, PACKED, `${targetOf(host)}:/tmp/koubou.gz`]);
  await hosts.exec(['ssh', ...options, targetOf(host), start]);
  return performance.now() - began;
}
