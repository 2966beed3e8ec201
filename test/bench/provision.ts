/**
 * From the click on "Add" to the agent's first sign of life, against what a person does by hand on the same test hosts in the same
 * run: `scp` of the same bytes and an `ssh` that unpacks and starts them, or `scp` of the unpacked executable and an `ssh` that starts
 * it. Neither checks a sum, waits for the disk or installs anything. Then ten hosts at once, both ways; and a thousand agents on one
 * coordinator. Coordinator and hosts share this machine, and the processor time is that of all its programs.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import type { Host } from '../support/hosts/host.ts';
import { openHosts, type Hosts } from '../support/hosts/hosts.ts';
import {
  makeUserKey,
  startProvisioningWorkshop,
  targetOf,
  told as toldOf,
  TRUSTING,
  type ProvisioningWorkshop,
} from '../support/provisioning.ts';
import { ROOT } from '../support/workshop.ts';
import { benchManyAgents } from './many-agents.ts';
import { percentile, row, type Print } from './measure.ts';
import { watchEvents } from './watcher.ts';

const EXECUTABLES = process.env['KOUBOU_EXECUTABLES'] ?? path.join(ROOT, 'dist/executables');
const BARE = path.join(EXECUTABLES, `linux-${process.arch}/koubou`);
const PACKED = `${BARE}.gz`;
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
        await measureMany(print, { hosts, workshop, key: file, scratch, add }, one);
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

type Way = (place: Place, host: Host) => Promise<unknown>;

/** What a person does by hand, with a connection for each of the two programs. */
const BY_HAND: Readonly<Record<'packed' | 'bare', Way>> = {
  packed: (place, host) => byScp(place, host, PACKED, 'gunzip -f koubou.gz && chmod +x koubou'),
  bare: (place, host) => byScp(place, host, BARE, ':'),
};

interface One {
  readonly cold: Took;
  /** The quicker way by hand. */
  readonly peer: Way;
}

async function measureOne(print: Print, place: Place): Promise<One> {
  const packed: Took[] = [];
  const bare: Took[] = [];
  const cold: Took[] = [];
  const again: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const host = await place.add(`one-${round}`);
    packed.push(await took(() => BY_HAND.packed(place, host)));
    bare.push(await took(() => BY_HAND.bare(place, host)));
    cold.push(await took(() => addAll(place.workshop, [host])));
    again.push(await addAll(place.workshop, [host]));
    await host.close();
  }
  const [byPacked, byBare, ours] = [median(packed), median(bare), median(cold)];
  print(row('scp of the same bytes, ssh that unpacks and starts, median', told(byPacked), ''));
  print(row('scp of the unpacked executable, ssh that starts it', told(byBare), ''));
  print(row('click → first sign of life, cold', told(ours), ''));
  print(row('  against the same bytes by hand', factor(ours, byPacked), '≤ 1.3×'));
  print(row('  against the unpacked executable by hand', factor(ours, byBare), ''));
  print(
    row('the same when the version is there already', seconds(percentile(again, 0.5)), '≤ 3 s'),
  );
  return { cold: ours, peer: byPacked.ms < byBare.ms ? BY_HAND.packed : BY_HAND.bare };
}

async function measureMany(print: Print, place: Place, { cold, peer }: One): Promise<void> {
  const many = async (name: string): Promise<Host[]> =>
    await Promise.all(Array.from({ length: MANY }, (_, n) => place.add(`${name}-${n}`)));
  const others = await many('by-hand');
  const byHand = await took(() => Promise.all(others.map((host) => peer(place, host))));
  await Promise.all(others.map((host) => host.close()));
  const hosts = await many('many');
  const ours = await took(() => addAll(place.workshop, hosts));
  print(row(`${MANY} hosts at once by hand, the quicker way`, told(byHand), ''));
  print(row(`${MANY} hosts at once, until the last one`, told(ours), ''));
  print(row('  against one', factor(ours, cold), '≤ 3×'));
  print(row('  against as many by hand', factor(ours, byHand), ''));
}

interface Took {
  readonly ms: number;
  /** Of all processors of this machine, other programs included. */
  readonly cpuMs: number;
}

/** @param run gives the ms that count when not all do */
async function took(run: () => Promise<unknown>): Promise<Took> {
  const [began, cpu] = [performance.now(), busyMs()];
  const counted = await run();
  const ms = typeof counted === 'number' ? counted : performance.now() - began;
  return { ms, cpuMs: busyMs() - cpu };
}

function median(all: readonly Took[]): Took {
  const [ms, cpuMs] = [all.map((one) => one.ms), all.map((one) => one.cpuMs)];
  return { ms: percentile(ms, 0.5), cpuMs: percentile(cpuMs, 0.5) };
}

function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys, 0);
}

function factor(ours: Took, other: Took): string {
  return `${(ours.ms / other.ms).toFixed(2)}×`;
}

function told({ ms, cpuMs }: Took): string {
  return `${seconds(ms)} (CPU ${seconds(cpuMs)})`;
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
  if (bad) throw new Error(toldOf(bad));
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

async function byScp(place: Place, host: Host, file: string, unpack: string): Promise<void> {
  const { hosts, key, scratch } = place;
  const known = path.join(scratch, `known_${host.name}`);
  const keys = host.hostKeys().map((line) => `${host.address} ${line}\n`);
  writeFileSync(known, keys.join(''));
  const fixed = [`UserKnownHostsFile=${known}`, 'BatchMode=yes'].flatMap((one) => ['-o', one]);
  const options = ['-q', '-F', 'none', '-i', key, ...fixed];
  const target = targetOf(host);
  const start = `cd /tmp && ${unpack} && ./koubou version --json >/dev/null && rm koubou`;
  await hosts.exec(['scp', ...options, file, `${target}:/tmp/${path.basename(file)}`]);
  await hosts.exec(['ssh', ...options, target, start]);
}
